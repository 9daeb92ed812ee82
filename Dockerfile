# The app in a container: a user without rights, code that cannot be written, a health check.
#
#   docker build -t resnet-explorer .                         # PyTorch for CUDA, some 6 GB; runs on CPUs too
#   docker build -t resnet-explorer --build-arg BACKEND=cpu .  # PyTorch for CPUs alone
#   docker run -p 8501:8501 -e RESNET_EXPLORER_CLASS=1 resnet-explorer
#
# docs/deployment.md has the settings, a proxy, replicas and a Space.

ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS packages
# cuda: every package as the lock has it, held to its hashes. Or a backend of uv's, as cpu or cu128:
# the same versions, PyTorch from its makers' own index and without hashes, for the lock has none of it.
ARG BACKEND=cuda
RUN pip install --no-cache-dir uv
WORKDIR /build
COPY requirements.txt requirements.lock ./
RUN python -m venv /opt/packages
ENV VIRTUAL_ENV=/opt/packages UV_LINK_MODE=copy UV_NO_CACHE=1
RUN if [ "$BACKEND" = cuda ]; \
    then uv pip install --compile-bytecode --require-hashes -r requirements.lock; \
    else grep -v '^ ' requirements.lock | sed 's/ *\\$//' > versions.txt; \
         uv pip install --compile-bytecode --torch-backend "$BACKEND" -r requirements.txt -c versions.txt; \
    fi

FROM python:${PYTHON}-slim
# 1000 is the user that Spaces run as. It owns nothing but where uploads and models go.
RUN useradd --uid 1000 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin explorer \
    && mkdir -p /data/uploads /data/models && chown -R explorer /data
COPY --from=packages /opt/packages /opt/packages
COPY pyproject.toml /app/
COPY assets /app/assets
COPY resnet /app/resnet
COPY explorer /app/explorer
ENV PATH=/opt/packages/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    TMPDIR=/data/uploads \
    TORCH_HOME=/data/models \
    HF_HOME=/data/models/hub \
    STREAMLIT_SERVER_HEADLESS=true \
    STREAMLIT_SERVER_ADDRESS=0.0.0.0 \
    STREAMLIT_SERVER_PORT=8501 \
    STREAMLIT_BROWSER_GATHER_USAGE_STATS=false
WORKDIR /app
USER explorer
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-m", "explorer.healthy"]
CMD ["python", "-m", "explorer"]
