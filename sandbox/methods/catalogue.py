"""Every method the workspace knows, by name."""

from sandbox.methods import basics, chat, conversations, files, users, views

METHODS = {
    **basics.METHODS,
    **chat.METHODS,
    **conversations.METHODS,
    **files.METHODS,
    **users.METHODS,
    **views.METHODS,
}
