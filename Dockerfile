# The worker's image: dependencies are built in the first stage, the second holds only what runs.
FROM python:3.13-slim AS build

# Every dependency has a wheel for x86-64. On ARM, faust-streaming is built from source and needs a compiler,
# of whatever version the base image offers: nothing of this stage's system is in the image.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends gcc libc6-dev \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /build
COPY pyproject.toml constraints.txt ./
# The runtime dependencies alone, at the versions that were tested; a change of our code does not install them anew.
# The environment gets no pip of its own: nothing is installed in the second stage.
RUN python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" > requirements.txt \
    && python -m venv --without-pip /opt/venv \
    && pip --python /opt/venv/bin/python install --no-cache-dir --requirement requirements.txt --constraint constraints.txt


FROM python:3.13-slim

RUN groupadd --system --gid 10001 worker \
    && useradd --system --uid 10001 --gid worker --no-create-home --shell /usr/sbin/nologin worker \
    && install --directory --owner=worker --group=worker /var/lib/exact-features

COPY --from=build /opt/venv /opt/venv

WORKDIR /app
COPY alembic.ini ./
COPY cli cli
COPY migrations migrations
COPY models models
COPY producers producers
COPY streams streams

# Inside a container the web server must listen on every address; which of them is published is compose's business.
# So the image asks for a WEB_TOKEN, or for WEB_WITHOUT_TOKEN=true where that is safe: docs/security.md.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATA_DIR=/data \
    STORE_DIR=/var/lib/exact-features \
    WEB_HOST=0.0.0.0 \
    WEB_PORT=8000

# By number, so that the host can tell who it is without the image's list of users.
USER 10001:10001
VOLUME /var/lib/exact-features
EXPOSE 8000

HEALTHCHECK --interval=10s --timeout=6s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/health', timeout=5)"]

CMD ["faust", "-A", "streams.app", "worker", "-l", "info"]
