# The study's surroundings, with PyPy and all libraries, for a machine where nothing can be installed:
#
#   docker build --tag share-or-copy .
#   docker run --rm --shm-size 4g --volume "$PWD/results:/study/results" share-or-copy make quick
#
# /dev/shm of a container has 64 MiB unless --shm-size says otherwise, too little for the shared memory
# of most experiments. On a cluster, Apptainer makes the same of it: `apptainer build study.sif
# docker-archive://study.tar`, then `apptainer exec study.sif make study` in a copy of this folder that
# can be written.
FROM debian:trixie-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates make procps pypy3 python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /study
COPY . .
RUN make setup peers
CMD ["make", "quick"]
