"""What must not leave a session as it is: card numbers, long numbers, patterns and keys of a program."""

from trio_live.redaction._policy import HIDDEN_NUMBER, Redaction

__all__ = ["HIDDEN_NUMBER", "Redaction"]
