"""Ways to run without a platform's calling us: stand-ins on this machine, and modes in which we fetch."""

LOOPBACK = {
    "TELEGRAM_API_URL": "http://127.0.0.1:8081",
    "TWILIO_API_URL": "http://localhost:8082/",
    "SLACK_API_URL": "http://[::1]:8083/api",
}
APP_TOKEN = "xapp-1-canary-0123456789-slack"
FETCHING = {"TELEGRAM_MODE": "polling", "TELEGRAM_WEBHOOK_SECRET": ""}
SOCKET = {"SLACK_MODE": "socket", "SLACK_APP_TOKEN": APP_TOKEN, "SLACK_SIGNING_SECRET": ""}
