"""The columns of LiteLLM's spend log that we read; prompts and responses are not among them."""

from finops.batch import Column

_USAGE = "metadata.usage_object"
_IN, _OUT = f"{_USAGE}.prompt_tokens_details", f"{_USAGE}.completion_tokens_details"

RESPONSE_ID = "^((?:chatcmpl|cmpl|msg|resp|gen|embd)[-_].+)$"
"""What ids look like that providers give their answers; a call that failed has one of the gateway's own."""

COLUMNS = {
    "request_id": Column(("request_id",), mandatory=True),
    "response_id": Column(("request_id",), part=RESPONSE_ID),
    "trace_id": Column(("trace_id", "metadata.trace_id")),
    "session_id": Column(("session_id",)),
    "started_at": Column(("startTime",), mandatory=True),
    "ended_at": Column(("endTime",)),
    "provider": Column(("custom_llm_provider",)),
    "model": Column(("model",), mandatory=True),
    "input_tokens": Column(("prompt_tokens",), mandatory=True),
    "output_tokens": Column(("completion_tokens",), mandatory=True),
    "cached_tokens": Column((f"{_IN}.cached_tokens", f"{_USAGE}.cache_read_input_tokens")),
    "cache_write_tokens": Column((f"{_USAGE}.cache_creation_input_tokens",)),
    "cache_write_1h_tokens": Column((f"{_IN}.cache_creation_token_details.ephemeral_1h_input_tokens",)),
    "audio_input_tokens": Column((f"{_IN}.audio_tokens",)),
    "image_input_tokens": Column((f"{_IN}.image_tokens",)),
    "reasoning_tokens": Column((f"{_OUT}.reasoning_tokens",)),
    "audio_output_tokens": Column((f"{_OUT}.audio_tokens",)),
    "image_output_tokens": Column((f"{_OUT}.image_tokens",)),
    "tier": Column((f"{_USAGE}.service_tier",)),
    "team": Column(("team_id",)),
    "key": Column(("metadata.user_api_key_alias", "api_key")),
    "status": Column(("status",)),
    "spend": Column(("spend",)),
    "cache_hit": Column(("cache_hit",)),
    "tags": Column(("request_tags",)),
    "user": Column(("end_user", "user")),
    "error": Column(("metadata.error_information.error_class", "metadata.error_information.error_code")),
    "http_status": Column(("metadata.error_information.error_code",)),
    "finish_reason": Column(("response.choices[0].finish_reason", "metadata.finish_reason")),
    "latency_ms": Column(("request_duration_ms",)),
    "template": Column(("metadata.template_id",)),
    "prompt_hash": Column(("metadata.prompt_hash",)),
}
