"""What would happen to the bill: levers on the measured mix of models and tokens, applied in order, never summed."""
