# syntax=docker/dockerfile:1
# Two targets: "development" restarts on change and can be debugged, "production" is small and needs no root.

FROM python:3.11-slim-bookworm AS base
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# Pango draws PDF pages, Noto has the Arabic letters.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        fonts-noto-core libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/p2psandbox


FROM base AS packages
COPY requirements.lock ./
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir -r requirements.lock


FROM base AS development
COPY --from=packages /opt/venv /opt/venv
COPY requirements-dev.lock ./
RUN pip install --no-cache-dir -r requirements-dev.lock
COPY . .
ENV PROFILE=local \
    RELOAD=true \
    WEB_HOST=0.0.0.0 \
    VAR_DIRECTORY=/var/lib/p2psandbox
EXPOSE 8000 5678
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/healthy.py"]
CMD ["python", "-m", "p2psandbox.platform.programs", "web"]


FROM base AS production
COPY --from=packages /opt/venv /opt/venv
COPY . .
# The values named here let collectstatic start; they are not kept in the image and open nothing.
RUN PROFILE=production SECRET_KEY=build-only-build-only-build-only-build-only-build-only \
    SITE_URL=https://build.invalid ALLOWED_HOSTS=build.invalid EMAIL_URL=smtp://build.invalid \
    DATABASE_URL=postgresql://build.invalid/build DOCUMENTS_URL=mongodb://build.invalid/build \
    REDIS_URL=redis://build.invalid VAR_DIRECTORY=/tmp/build \
    python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q . \
    && rm -rf /tmp/build \
    && useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin p2psandbox \
    && install -d -o p2psandbox /var/lib/p2psandbox
ENV PROFILE=production \
    WEB_HOST=0.0.0.0 \
    VAR_DIRECTORY=/var/lib/p2psandbox
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s CMD ["python", "deploy/healthy.py"]
CMD ["python", "-m", "p2psandbox.platform.programs", "web"]
