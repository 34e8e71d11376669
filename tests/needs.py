"""What some strategies need beside their name: data of another kind, or a start method."""

LOOK_UPS = ("lmdb", "sqlite")
OF_NUMPY = ("numpy_file", "numpy_shared_memory", "torch_numpy")
PRELOADED = ("forkserver_preload", "forkserver_preload_frozen", "forkserver_preload_immortal")
NEEDS = {
    **{name: {"workload": "index"} for name in LOOK_UPS},
    **{name: {"start_method": "forkserver"} for name in PRELOADED},
    "arrow_file": {"workload": "frame"},
    **{name: {"workload": "array2d"} for name in OF_NUMPY},
}
