# dyncheck as a container: docker run --rm --network none --volume "$PWD:/work:ro" dyncheck plan.json
FROM python:3.13-slim AS build
WORKDIR /source
COPY requirements.lock ./
RUN python -m venv /dyncheck \
    && /dyncheck/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY policies policies
COPY src src
# What installed it is not needed to run it.
RUN /dyncheck/bin/pip install --no-cache-dir --no-deps --no-build-isolation . \
    && /dyncheck/bin/pip uninstall --yes setuptools pip

FROM python:3.13-slim
COPY --from=build /dyncheck /dyncheck
ENV PATH="/dyncheck/bin:$PATH"
USER 10001
WORKDIR /work
ENTRYPOINT ["dyncheck"]
