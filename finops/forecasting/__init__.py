"""Forecasting: where a month or a quarter ends, how sure that is, and how right earlier forecasts were."""
