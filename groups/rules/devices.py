"""Which browser and which system a User-Agent speaks of, as far as people can tell them apart."""

from __future__ import annotations

# The first word that occurs decides: the more special one stands before those that it carries along.
BROWSERS = (
    ("wxwork", "WeCom"),
    ("micromessenger", "WeChat"),
    ("dingtalk", "DingTalk"),
    ("lark/", "Feishu"),
    ("edg/", "Edge"),
    ("edga/", "Edge"),
    ("edgios/", "Edge"),
    ("firefox/", "Firefox"),
    ("fxios/", "Firefox"),
    ("opr/", "Opera"),
    ("crios/", "Chrome"),
    ("chrome/", "Chrome"),
    ("safari/", "Safari"),
)
SYSTEMS = (
    ("iphone", "iPhone"),
    ("ipad", "iPad"),
    ("harmony", "HarmonyOS"),
    ("android", "Android"),
    ("windows", "Windows"),
    ("macintosh", "macOS"),
    ("cros", "ChromeOS"),
    ("linux", "Linux"),
)


def device_of(agent: str) -> str:
    """`Chrome · Windows`; what is not known is left out, and nothing known is an empty text."""
    told = agent.lower()
    parts = [next((name for word, name in known if word in told), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(part for part in parts if part)
