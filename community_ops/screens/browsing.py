"""The screens, languages and themes that pages are looked at in, and how our Chromium is started."""

SCREENS = {"phone": (375, 667), "small": (320, 568), "desktop": (1280, 800)}
LOCALES = {"zh-hans": "zh-CN", "en": "en-US"}
THEMES = ("light", "dark")
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)
