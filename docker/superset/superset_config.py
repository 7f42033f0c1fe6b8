"""Superset for analysts inside: secrets from files, nothing from outside, nothing of the warehouse kept here.

Superset reads this module at its start (``SUPERSET_CONFIG_PATH``); names in capitals are its own settings.
Raises RuntimeError with what to do where a secret's file is not named or not there.
"""

from __future__ import annotations

import hashlib
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, make_url


def _secret(variable: str) -> str:
    file = os.environ.get(variable, "")
    if not file or not Path(file).is_file():
        raise RuntimeError(f"{variable} must name a file that holds the secret: scripts/make_secrets.sh makes it")
    return Path(file).read_text(encoding="utf-8").strip()


def _derived(purpose: str) -> str:
    return hashlib.sha256(f"{purpose}:{SECRET_KEY}".encode()).hexdigest()


SECRET_KEY = _secret("KASANE_SUPERSET_SECRET_KEY_FILE")
SQLALCHEMY_DATABASE_URI = _secret("KASANE_SUPERSET_DATABASE_URL_FILE")

# The repository's connection names this host and no password; the address that is used comes from its file, at
# each connection, so that Superset's own database never holds the password and a new one needs no import.
SERVING_HOST = "postgres-serving"


def DB_CONNECTION_MUTATOR(  # noqa: N802 - Superset's name
    uri: URL, params: dict[str, Any], username: str, security_manager: object, source: object
) -> tuple[URL, dict[str, Any]]:
    """The serving PostgreSQL under the login of the secret; any other connection as it is."""
    if uri.host != SERVING_HOST or uri.password:
        return uri, params
    return make_url(_secret("KASANE_SUPERSET_SERVING_URL_FILE")), params


# A reverse proxy with TLS stands before it: then the cookie travels by TLS alone.
_BEHIND_TLS = os.environ.get("KASANE_SUPERSET_BEHIND_TLS", "") == "1"
ENABLE_PROXY_FIX = _BEHIND_TLS
SESSION_COOKIE_SECURE = _BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
PERMANENT_SESSION_LIFETIME = timedelta(hours=8)
WTF_CSRF_ENABLED = True
ENABLE_CORS = False
RATELIMIT_ENABLED = True
RATELIMIT_APPLICATION = "50 per second"
AUTH_RATE_LIMITED = True
AUTH_RATE_LIMIT = "10 per minute"
AUTH_USER_REGISTRATION = False
PUBLIC_ROLE_LIKE = None
FAB_API_SWAGGER_UI = False
# Features that are off still refuse to start with their published example secrets.
GUEST_TOKEN_JWT_SECRET = _derived("guest")
GLOBAL_ASYNC_QUERIES_JWT_SECRET = _derived("async")

# The browser may ask this server and nobody else: no map tiles, no fonts, no telemetry.
TALISMAN_ENABLED = True
CONTENT_SECURITY_POLICY_WARNING = False
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "frame-ancestors": ["'self'"],
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'", "data:"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    "force_https": False,
    "session_cookie_secure": _BEHIND_TLS,
    "session_cookie_http_only": True,
}
THEME_FONT_URL_ALLOWED_DOMAINS: list[str] = []
# Charts that draw on map tiles of somebody's server.
VIZ_TYPE_DENYLIST = [
    "cartodiagram",
    "deck_arc",
    "deck_contour",
    "deck_geojson",
    "deck_grid",
    "deck_heatmap",
    "deck_hex",
    "deck_multi",
    "deck_path",
    "deck_polygon",
    "deck_scatter",
    "deck_screengrid",
    "mapbox",
    "point_cluster_map",
]

FEATURE_FLAGS = {
    "ALERT_REPORTS": False,
    "DRILL_BY": False,
    "EMBEDDABLE_CHARTS": False,
    "EMBEDDED_SUPERSET": False,
    "ENABLE_TEMPLATE_PROCESSING": False,
    "ESCAPE_MARKDOWN_HTML": True,
    "SSH_TUNNELING": False,
    "THUMBNAILS": False,
}

# A query takes milliseconds (docs/benchmarks.md), and a cached figure would outlive its release.
CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
DATA_CACHE_CONFIG = {"CACHE_TYPE": "NullCache"}
# Every dashboard table fits; who wants more asks PostgreSQL.
ROW_LIMIT = 10_000
SAMPLES_ROW_LIMIT = 100
SQL_MAX_ROW = 50_000
NATIVE_FILTER_DEFAULT_ROW_LIMIT = 1_000
SUPERSET_WEBSERVER_TIMEOUT = 60

LANGUAGES = {"ja": {"flag": "jp", "name": "日本語"}, "en": {"flag": "us", "name": "English"}}
BABEL_DEFAULT_LOCALE = "ja"
BABEL_DEFAULT_TIMEZONE = "Asia/Tokyo"
CSV_EXPORT = {"encoding": "utf-8-sig"}
D3_FORMAT = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["", "円"]}
D3_TIME_FORMAT = {
    "dateTime": "%Y年%-m月%-d日 %H:%M",
    "date": "%Y年%-m月%-d日",
    "time": "%H:%M:%S",
    "periods": ["午前", "午後"],
    "days": ["日曜日", "月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日"],
    "shortDays": ["日", "月", "火", "水", "木", "金", "土"],
    "months": [f"{month}月" for month in range(1, 13)],
    "shortMonths": [f"{month}月" for month in range(1, 13)],
}

APP_NAME = "Kasane 重ね"
_FONTS = "'Noto Sans CJK JP', 'Noto Sans JP', 'Yu Gothic UI', Meiryo, 'Hiragino Sans', sans-serif"
THEME_DEFAULT = {
    "token": {
        "brandAppName": APP_NAME,
        "brandLogoAlt": APP_NAME,
        "brandLogoUrl": "/static/assets/images/superset-logo-horiz.png",
        "brandLogoMargin": "18px 0",
        "brandLogoHref": "/",
        "brandLogoHeight": "24px",
        "colorPrimary": "#0072b2",
        "colorLink": "#005a8c",
        "colorError": "#a63c00",
        "colorWarning": "#e69f00",
        "colorSuccess": "#0072b2",
        "colorInfo": "#56b4e9",
        "fontUrls": [],
        "fontFamily": _FONTS,
        "fontFamilyCode": "monospace",
    },
    "algorithm": "default",
}
THEME_DARK = None
ENABLE_UI_THEME_ADMINISTRATION = False

# Okabe and Ito's colours, dark ones first: told apart by the colour-blind. One hue from light to dark for amounts.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "kasane",
        "label": "Kasane",
        "description": "Okabe-Ito",
        "isDefault": True,
        "colors": ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#0b1f33", "#8a959f"],
    }
]
EXTRA_SEQUENTIAL_COLOR_SCHEMES = [
    {
        "id": "kasane_blue",
        "label": "Kasane blue",
        "description": "light to dark",
        "isDiverging": False,
        "isDefault": True,
        "colors": ["#f3f6f8", "#bcdcf0", "#56b4e9", "#0072b2"],
    }
]
