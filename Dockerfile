# dyncheck as a container, on an image that is named by its content, with hashed packages and without rights:
# docker run --rm --network none --volume "$PWD:/work:ro" dyncheck plan.json
FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b AS build
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /dyncheck \
    && /dyncheck/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY policies policies
COPY src src
COPY man man
# What installed it is not needed to run it.
RUN /dyncheck/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /dyncheck/bin/pip uninstall --yes setuptools pip

FROM python:3.13.15-slim-trixie@sha256:7c61056e61ac89e852de05f3dc6fa51a6dd2181797bceed46aa725dd7cb2cd3b
COPY --from=build /dyncheck /dyncheck
ENV PATH="/dyncheck/bin:$PATH"
LABEL org.opencontainers.image.source="https://github.com/REPOSITORY_OWNER/dyncheck" org.opencontainers.image.licenses="Apache-2.0"
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["dyncheck"]
