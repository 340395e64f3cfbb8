# One file, served by a user without rights: `docker build -t jiko-kb . && docker run --rm -p 8001:8001 jiko-kb`
# A base of your own, with what it has taken in: add `-v "$PWD/jiko.db:/data/jiko.db:ro"` to `docker run`.
FROM python:3.12-slim

COPY . /src
# Without the extra "models": nothing that is served needs torch.
RUN pip install --no-cache-dir -c /src/constraints.txt /src \
    && rm -rf /src \
    && useradd --system --uid 10001 --no-create-home jiko \
    && kb build --db /data/jiko.db \
    && chmod 0444 /data/jiko.db

USER 10001
EXPOSE 8001
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8001/index.json', timeout=4)"]
CMD ["kb", "serve", "--db", "/data/jiko.db", "--host", "0.0.0.0", "--port", "8001", "--workers", "2"]
