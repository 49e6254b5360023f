"""From frames and plans to output frames."""

from __future__ import annotations

from typing import Any, Callable, Iterable, Iterator, Sequence

from ffbench import _arrays, _native
from ffbench._arrays import Image
from ffbench._native import ClipPlan, FramePlan, Preset

__all__ = ["Executor", "cuda_devices", "simd_target", "why_no_cuda"]


def why_no_cuda() -> str:
    """Why no CUDA device can be used: no driver, no device, built without CUDA. Empty where one can."""
    return _native.why_no_cuda()


def cuda_devices() -> list[str]:
    """The names of the CUDA devices; none where `why_no_cuda` gives a reason."""
    return _native.cuda_devices()


def simd_target() -> str:
    """The instruction set that the CPU's operators run on, by Highway's name."""
    return _native.simd_target()


class Executor:
    """Draws the frames of a clip from their plans, in order, and keeps what carries over from frame to frame.

    preset: a name or a `Preset`; the plans come from the same one. crop_size: the side of the crops, in pixels.
    swap: "source" pastes `source_crop`, (crop_size, crop_size, 3) uint8; "identity" pastes the crop itself; a
    function takes the crop and gives one, both (crop_size, crop_size, 3) uint8. backend: "cuda", "cpu", "reference",
    or "auto", which is CUDA where a device can be used and the CPU elsewhere; all give the same bytes. threads: of
    the CPU's backend. device: index of the CUDA device.

    Raises ValueError for what does not fit together, RuntimeError where `backend="cuda"` has no device.
    """

    def __init__(
        self,
        preset: str | Preset = "default",
        *,
        crop_size: int = 512,
        swap: str | Callable[[Image], Image] = "source",
        source_crop: Image | None = None,
        backend: str = "auto",
        threads: int = 1,
        device: int = 0,
    ) -> None:
        if not isinstance(swap, str) and not callable(swap):
            raise TypeError(f"swap: a {type(swap).__name__}, expected 'source', 'identity' or a function")
        crop = None if source_crop is None else _arrays.image(source_crop, "source_crop")
        chosen = _native.preset(preset) if isinstance(preset, str) else preset
        self._executor = _native.Executor(chosen, crop_size, swap, crop, backend, threads, device)
        self._device = device
        self._next = 0

    @property
    def backend(self) -> str:
        """Who computes: "cuda", "cpu" or "reference"."""
        return self._executor.backend

    @property
    def preferred_batch(self) -> int:
        """Frames that `execute_batch` should be given at once."""
        return self._executor.preferred_batch

    def description(self) -> str:
        return self._executor.description()

    def counters(self) -> dict[str, float]:
        """What else is worth knowing of the work so far, by name."""
        return self._executor.counters()

    def restart(self) -> None:
        """Forgets what carried over: a new clip begins."""
        self._executor.restart()
        self._next = 0

    def execute(self, frame: Image, plan: FramePlan, *, out: Image | None = None) -> Image:
        """The next frame. frame: (h, w, 3) uint8; plan: of that frame. Gives a frame of the same shape."""
        return self.execute_batch([frame], [plan], outs=None if out is None else [out])[0]

    def execute_batch(
        self, frames: Sequence[Image], plans: Sequence[FramePlan], *, outs: Sequence[Image] | None = None
    ) -> list[Image]:
        """The next frames at once, as if `execute` were called for each in turn."""
        if len(frames) != len(plans) or (outs is not None and len(outs) != len(frames)):
            raise ValueError(f"{len(frames)} frames and {len(plans)} plans; they must be as many")
        sources = [_arrays.image(frame, "frame") for frame in frames]
        targets = [
            _arrays.Output(None if outs is None else outs[i], source.shape, *sources)
            for i, source in enumerate(sources)
        ]
        self._executor.execute(sources, list(plans), [target.array for target in targets], self._next)
        self._next += len(sources)
        return [target.finish() for target in targets]

    def enqueue_batch(
        self, frames: Sequence[Any], plans: Sequence[FramePlan], *, outs: Sequence[Any], stream: Any = None
    ) -> None:
        """The next frames, which lie in device memory, on a stream of the caller; returns without waiting.

        frames, outs: arrays of PyTorch, CuPy, Numba, JAX: anything with `__cuda_array_interface__` or DLPack; uint8,
        (h, w, 3), pixels adjacent, on the executor's device. An output is its frame itself (in place, the fastest) or
        does not overlap it. stream: a number (cudaStream_t), a stream of PyTorch or CuPy, or None, the default
        stream. The work begins after all that was enqueued there before, and what is enqueued there afterwards
        finds the outputs complete; frames and outputs stay alive until then. Frames do not travel to the host.
        """
        if len(frames) != len(plans) or len(outs) != len(frames):
            raise ValueError(f"{len(frames)} frames, {len(plans)} plans and {len(outs)} outputs; they must be as many")
        sources = [_arrays.device_image(frame, "frame", self._device, written=False) for frame in frames]
        targets = [_arrays.device_image(out, "out", self._device, written=True) for out in outs]
        self._executor.enqueue(sources, list(plans), targets, self._next, _arrays.stream_handle(stream))
        self._next += len(sources)

    def execute_clip(self, frames: Iterable[Image], plan: ClipPlan) -> Iterator[Image]:
        """The frames of a clip, one after the other, computed in batches; begins with `restart`."""
        self.restart()
        plans = plan.frames
        batch: list[Image] = []
        done = 0
        for frame in frames:
            if done + len(batch) >= len(plans):
                raise ValueError(f"frames: more than the plan has, which is {len(plans)}")
            batch.append(frame)
            if len(batch) == self.preferred_batch:
                yield from self.execute_batch(batch, plans[done : done + len(batch)])
                done += len(batch)
                batch = []
        yield from self.execute_batch(batch, plans[done : done + len(batch)])
