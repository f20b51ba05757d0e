"""Whether the server of this container answers: exit code 0 or 1. Port and path are those that the server has."""

import os
import sys
from http.client import HTTPConnection, HTTPException

port = int(os.environ.get("STREAMLIT_SERVER_PORT", "8501"))
path = "/".join(filter(None, [os.environ.get("STREAMLIT_SERVER_BASE_URL_PATH", "").strip("/"), "_stcore/health"]))
try:
    link = HTTPConnection("127.0.0.1", port, timeout=4)
    link.request("GET", f"/{path}")
    sys.exit(link.getresponse().status != 200)
except (OSError, HTTPException):
    sys.exit(1)
