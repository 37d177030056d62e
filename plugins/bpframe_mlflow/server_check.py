"""Asks an MLflow server whether it takes runs, for a short time and without MLflow."""

from __future__ import annotations

import base64
import json
import os
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import suppress

from bpframe import masked
from bpframe.errors import ConfigError
from bpframe_mlflow.checks import CHOOSE, deleted

SECONDS = 3.0
ASKED = "api/2.0/mlflow/experiments/get-by-name"


def check_server(uri: str, experiment: str) -> str:
    """Check that an address is MLflow's; return why nobody knows now, or nothing.

    Raises
    ------
    ConfigError
        If it is not, or if it lets us not in, or if the experiment is deleted there.
    """
    answers: list[tuple[int, bytes] | str] = []
    # A thread: neither a name that nobody knows nor an answer in drops takes longer then.
    asking = threading.Thread(target=lambda: answers.append(_ask(uri, experiment)), daemon=True)
    asking.start()
    asking.join(SECONDS)
    if not answers:
        return f"{masked(uri)} does not answer"
    answer = answers[0]
    if isinstance(answer, str):
        return f"{masked(uri)} {answer}"
    code, body = answer
    if code in (401, 403):
        raise ConfigError(
            f"{masked(uri)} wants a name and a password; give them in MLFLOW_TRACKING_USERNAME and "
            f"MLFLOW_TRACKING_PASSWORD, or {CHOOSE}"
        )
    if code >= 500 or code == 429:
        return f"{masked(uri)} answers with error {code}"
    content = None
    with suppress(ValueError):
        content = json.loads(body)
    if not isinstance(content, dict) or not content.keys() & {"experiment", "error_code"}:
        raise ConfigError(f"tracking.uri is {masked(uri)}, which is no MLflow server; {CHOOSE}")
    found = content.get("experiment")
    if isinstance(found, dict) and found.get("lifecycle_stage") == "deleted":
        raise deleted(uri, experiment)
    return ""


def _ask(uri: str, experiment: str) -> tuple[int, bytes] | str:
    """Return the code and the content of an answer, or why there is none."""
    address = urllib.parse.urlsplit(uri)
    host = address.netloc.rpartition("@")[2]
    query = urllib.parse.urlencode({"experiment_name": experiment or "Default"})
    path = f"{address.path.rstrip('/')}/{ASKED}?{query}"
    try:
        request = urllib.request.Request(f"{address.scheme}://{host}{path}", headers=_login(uri))
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with suppress(OSError):
            return error.code, error.read()
        return error.code, b""
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            return "does not answer"
        return f"cannot be reached: {getattr(reason, 'strerror', None) or reason}"
    except Exception as error:
        # Half an answer, or one of another protocol.
        return f"does not answer as a server does: {type(error).__name__}"


def _login(uri: str) -> dict[str, str]:
    """Return what MLflow would show to be let in."""
    if token := os.environ.get("MLFLOW_TRACKING_TOKEN"):
        return {"Authorization": f"Bearer {token}"}
    address = urllib.parse.urlsplit(uri)
    name = os.environ.get("MLFLOW_TRACKING_USERNAME") or address.username
    password = os.environ.get("MLFLOW_TRACKING_PASSWORD") or address.password
    if not name or not password:
        return {}
    shown = base64.b64encode(f"{name}:{password}".encode()).decode()
    return {"Authorization": f"Basic {shown}"}
