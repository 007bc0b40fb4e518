# One image for every part of the service; docker-compose.yml says which part a container runs.
FROM python:3.11-slim AS build
WORKDIR /src
COPY requirements.lock .
RUN python -m venv /opt/consultant \
    && /opt/consultant/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md worker.py ./
COPY consultant consultant
COPY templates templates
COPY examples examples
RUN /opt/consultant/bin/pip install --no-cache-dir --no-deps --no-build-isolation .
# The knowledge base is one read-only file, the same on every machine.
RUN CONSULTANT_KNOWLEDGE=/opt/consultant/knowledge.sqlite /opt/consultant/bin/consultant knowledge build

FROM python:3.11-slim
RUN useradd --system --create-home --home-dir /var/lib/consultant consultant
COPY --from=build /opt/consultant /opt/consultant
ENV PATH=/opt/consultant/bin:$PATH \
    CONSULTANT_HOME=/var/lib/consultant \
    CONSULTANT_KNOWLEDGE=/opt/consultant/knowledge.sqlite
USER consultant
VOLUME /var/lib/consultant
EXPOSE 2525 8025
ENTRYPOINT ["consultant"]
CMD ["up"]
