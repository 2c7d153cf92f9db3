"""The columns of what Langfuse and OpenTelemetry log that we read; no content is among them."""

from finops.batch import Column

_USED = "usageDetails"

LANGFUSE = {
    "request_id": Column(("id",), mandatory=True),
    "response_id": Column(("id",), part=r"^time-\d+-\d+-\d+-\d+_(.+)$"),  # as LiteLLM calls them
    "trace_id": Column(("traceId",)),
    "session_id": Column(("sessionId",)),
    "ended_at": Column(("endTime",)),
    "user": Column(("userId",)),
    "finish_reason": Column(("metadata.finish_reason",)),
    "max_tokens": Column(("modelParameters.max_tokens", "modelParameters.max_completion_tokens")),
    "temperature": Column(("modelParameters.temperature",)),
    "template": Column(("promptName",)),
    "prompt_hash": Column(("metadata.prompt_hash",)),
    "kind": Column(("type",)),
    "started_at": Column(("startTime",), mandatory=True),
    "provider": Column(("metadata.provider", "metadata.ls_provider", "metadata.custom_llm_provider")),
    "model": Column(("model", "providedModelName"), mandatory=True),
    "uncached_tokens": Column((f"{_USED}.input",), mandatory=True),
    "cached_tokens": Column(tuple(f"{_USED}.{name}" for name in (
        "input_cached_tokens", "input_cache_read", "cache_read_input_tokens"))),
    "cache_write_tokens": Column(tuple(f"{_USED}.{name}" for name in (
        "input_cache_creation", "input_cache_write", "cache_creation_input_tokens"))),
    "visible_tokens": Column((f"{_USED}.output",)),
    "reasoning_tokens": Column((f"{_USED}.output_reasoning_tokens", f"{_USED}.output_reasoning")),
    "tier": Column(("modelParameters.service_tier", "metadata.service_tier")),
    "team": Column(("metadata.team", "metadata.user_api_key_team_id")),
    "app": Column(("metadata.app",)),
    "key": Column(("metadata.user_api_key_alias",)),
    "status": Column(("level",)),
    "spend": Column(("totalCost", "costDetails.total")),
    "tags": Column(("tags",)),
}  # fmt: skip
GENERATIONS = ("generation", "embedding")


def _said(*names: str) -> tuple[str, ...]:
    return tuple(f'attributes."{name}"' for name in names)


OTEL = {
    "request_id": Column(("spanId", "span_id"), mandatory=True),
    "response_id": Column(_said("gen_ai.response.id")),
    "trace_id": Column(("traceId", "trace_id")),
    "span_id": Column(("spanId", "span_id")),
    "session_id": Column(_said("gen_ai.conversation.id", "session.id")),
    "ended_at": Column(("endTime", "end_time")),
    "user": Column(_said("enduser.id", "user.id")),
    "finish_reason": Column(_said("gen_ai.response.finish_reasons"), part=r"^\W*(\w+)"),
    "http_status": Column(_said("http.response.status_code")),
    "max_tokens": Column(_said("gen_ai.request.max_tokens")),
    "temperature": Column(_said("gen_ai.request.temperature")),
    "kind": Column(_said("gen_ai.operation.name")),
    "started_at": Column(("startTime", "start_time"), mandatory=True),
    "provider": Column(_said("gen_ai.provider.name", "gen_ai.system")),
    "model": Column(_said("gen_ai.response.model", "gen_ai.request.model"), mandatory=True),
    "input_tokens": Column(_said("gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"), mandatory=True),
    "cached_tokens": Column(_said("gen_ai.usage.cache_read.input_tokens")),
    "cache_write_tokens": Column(_said("gen_ai.usage.cache_creation.input_tokens")),
    "output_tokens": Column(_said("gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens")),
    "reasoning_tokens": Column(_said("gen_ai.usage.reasoning.output_tokens")),
    "tier": Column(_said("openai.response.service_tier", "gen_ai.openai.response.service_tier")),
    "team": Column(_said("team", "metadata.user_api_key_team_id")),
    "app": Column((*_said("service.name"), 'resource.attributes."service.name"', 'resource."service.name"')),
    "key": Column(_said("metadata.user_api_key_alias")),
    "status": Column(("status.status_code", "status")),
    "error": Column(_said("error.type")),
    "spend": Column(_said("gen_ai.cost.total_cost")),
}  # fmt: skip
CALLS = ("chat", "text_completion", "generate_content", "embeddings")

SCORES = {
    "kind": Column(("dataType",)),
    "told_at": Column(("timestamp",), mandatory=True),
    "request_id": Column(("observationId",)),
    "session_id": Column(("sessionId", "traceId")),
    "type": Column(("name",), mandatory=True),
    "value": Column(("stringValue", "value")),
}
SCORED = ("numeric", "boolean", "categorical")
"""What a score may hold; texts, which are content, are none of them."""

EVALUATION = "gen_ai.evaluation.result"
EVALUATIONS = {
    "kind": Column(("name", "eventName", "event_name", *_said("event.name"))),
    "told_at": Column(("timestamp", "time", "startTime", "start_time"), mandatory=True),
    "request_id": Column(("parentSpanId", "parent_span_id", "spanId", "span_id", *_said("gen_ai.response.id"))),
    "session_id": Column(_said("gen_ai.conversation.id")),
    "type": Column(_said("gen_ai.evaluation.name"), mandatory=True),
    "value": Column(_said("gen_ai.evaluation.score.label", "gen_ai.evaluation.score.value")),
}
