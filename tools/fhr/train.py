"""Trains the landmark refinement networks and writes the weights that ffbench ships (docs/fhr.md).

    train.py RECORDS OUTPUT_FOLDER [--device cuda] [--steps N] [--batch N] [--seed N]

RECORDS is what ffbench_fhr_patches wrote. OUTPUT_FOLDER gets networks.bin and networks.json (digests, data, figures).
"""
import argparse
import concurrent.futures
import hashlib
import json
import math
import multiprocessing
import os
import pathlib
import platform

os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # before torch: sums in one order

import numpy
import torch
import xxhash

from registration import OFFSET_STEPS, PIXELS, REFERENCE_SIDE, REFERENCE_STEPS, SIDE, Reader, bound, registration

KINDS = ["eye", "nose", "mouth"]
CHANNELS = 32
INPUT_SCALE = 32.0  # of a normalised patch: its mean deviation
ACTIVATION_SCALE = 16.0
LARGEST = 127 / ACTIVATION_SCALE
ITERATIONS = 2
AVERAGED = 24  # frames whose mean a reference is
DRAW = numpy.dtype([("offset", "<f4", 2), ("luma", "u1", PIXELS), ("padding", "u1", 7)])
RECORD = numpy.dtype([("kind", "u1"), ("held_out", "u1"), ("person", "<u2"), ("scale", "<f4"),
                      ("reference", "u1", REFERENCE_SIDE**2), ("padding", "u1", 3), ("still", DRAW, 3), ("moved", DRAW, 3)])


def read_records(path):
    data = pathlib.Path(path).read_bytes()
    if data[:8] != b"FFBPATC2":
        raise SystemExit(f"{path}: not a file of patches; make one with ffbench_fhr_patches")
    return numpy.frombuffer(data, RECORD, offset=16)


class Data:
    def __init__(self, records, device):
        def tensor(field, dtype):
            both = numpy.concatenate([records["still"][field], records["moved"][field]], 1)
            return torch.from_numpy(both.astype(dtype)).to(device)

        self.reference = torch.from_numpy(records["reference"].astype(numpy.float32)).view(-1, REFERENCE_SIDE, REFERENCE_SIDE).to(device)
        self.luma = tensor("luma", numpy.float32)  # [record][draw][pixel]; the first three draws are still
        self.offset = tensor("offset", numpy.float32)


def as_seen(luma, noise):
    """Luma with noise, as bytes."""
    return (luma + noise).round().clamp(0, 255).to(torch.int64)


def as_reference(luma, noise):
    return ((luma + noise) * REFERENCE_STEPS).round().clamp(0, 255 * REFERENCE_STEPS).to(torch.int64)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(4, CHANNELS, 3)
        self.second = torch.nn.Conv2d(CHANNELS, CHANNELS, 3)
        self.third = torch.nn.Conv2d(CHANNELS, 2, SIDE - 4)
        torch.nn.init.normal_(self.third.weight, std=0.001)
        torch.nn.init.zeros_(self.third.bias)

    def layers(self):
        """Each layer, the factor from its weights to integers before the shift, and the scale of what it answers."""
        yield self.first, ACTIVATION_SCALE / INPUT_SCALE, ACTIVATION_SCALE
        yield self.second, 1.0, ACTIVATION_SCALE
        yield self.third, OFFSET_STEPS / ACTIVATION_SCALE, float(OFFSET_STEPS)

    def forward(self, x, rounded):
        """`x` holds integers; the result is in patch pixels. `rounded`: weights and activations as the integers will be."""
        x = x.to(torch.float32) / INPUT_SCALE
        for layer, factor, out_scale in self.layers():
            weight, bias = layer.weight, layer.bias
            if rounded:
                scale = factor * shift_of(weight, factor).exp2().view(-1, 1, 1, 1)
                weight = weight + ((weight * scale).round().clamp(-127, 127) / scale - weight).detach()
            x = torch.nn.functional.conv2d(x, weight, bias)
            if layer is not self.third:
                x = x.clamp(0, LARGEST)
                if rounded:
                    x = x + (torch.floor(x * out_scale + 0.5) / out_scale - x).detach()
        return x.flatten(1)


def shift_of(weights, factor):
    """Per output channel the largest shift at which the weights fit into 8 bits."""
    largest = (weights.detach().abs().flatten(1).amax(1) * factor).clamp(min=1e-9)
    return torch.floor(torch.log2(127.0 / largest)).clamp(1, 18)


def integers(network):
    """The weights as the file holds them: per layer weights [out][y][x][in], biases, shifts."""
    result = []
    for layer, factor, out_scale in network.layers():
        shift = shift_of(layer.weight, factor)
        power = shift.exp2()
        weight = (layer.weight.detach() * factor * power.view(-1, 1, 1, 1)).round().clamp(-127, 127)
        bias = (layer.bias.detach() * out_scale * power).round()
        result.append((weight.permute(0, 2, 3, 1).cpu().contiguous().numpy().astype(numpy.int8),
                       bias.cpu().numpy().astype("<i4"), shift.cpu().numpy().astype("<i4")))
    return result


def answer(layers, x):
    """The exact integer inference: every sum is a whole number that binary64 holds."""
    x = x.to(torch.float64)
    for i, (weight, bias, shift) in enumerate(layers):
        w = torch.from_numpy(weight.astype(numpy.float64)).permute(0, 3, 1, 2).contiguous().to(x.device)
        b = torch.from_numpy(bias.astype(numpy.float64)).to(x.device)
        half = torch.from_numpy(2.0 ** (shift - 1)).view(1, -1, 1, 1).to(x.device)
        x = torch.floor((torch.nn.functional.conv2d(x, w, b) + half) / (2 * half))
        x = x.clamp(0, 127) if i < 2 else x.clamp(-OFFSET_STEPS, OFFSET_STEPS)
    return x.flatten(1).to(torch.int64)


def refine(layers, reader, patch, reference, iterations=ITERATIONS):
    """Offsets in patch pixels. Without layers, the steps of least squares alone."""
    offset = torch.zeros(len(patch), 2, dtype=torch.int64, device=patch.device)
    for _ in range(iterations):
        x, step, start = registration(reader, patch, reference, offset)
        offset = start + step + (answer(layers, x) if layers else 0)
        offset = offset.clamp(-OFFSET_STEPS, OFFSET_STEPS)
    return offset.to(torch.float64) / OFFSET_STEPS


def softened(image, amount):
    """As the mean of frames that were not quite aligned is."""
    for dim in (1, 2):
        a = amount[:, :1, :1]
        before = torch.cat([image.narrow(dim, 0, 1), image.narrow(dim, 0, REFERENCE_SIDE - 1)], dim)
        after = torch.cat([image.narrow(dim, 1, REFERENCE_SIDE - 1), image.narrow(dim, REFERENCE_SIDE - 1, 1)], dim)
        image = image + a * (before + after - 2 * image)
    return image


def draw_batch(data, count, moved_share):
    """Patches with noise, their references, where the iteration begins, where the landmark is, and the bound."""
    device = data.luma.device

    def uniform(*shape):
        return torch.rand(*shape, device=device)

    pick = torch.randint(len(data.luma), (count,), device=device)
    draw = torch.randint(3, (count,), device=device) + torch.where(uniform(count) < moved_share, 3, 0)
    luma, offset, reference = data.luma[pick, draw], data.offset[pick, draw], data.reference[pick]
    sigma = torch.exp(math.log(20) * uniform(count, 1))  # 1 to 20
    limit = bound(luma, 1.0).to(torch.float32) * sigma[:, 0] ** 2
    patch = as_seen(luma, sigma * torch.randn(count, PIXELS, device=device))
    reference = softened(reference, 0.12 * uniform(count, 1, 1) * (uniform(count, 1, 1) < 0.4))
    share = 0.4 * uniform(count, 1, 1) * (uniform(count, 1, 1) < 0.5)
    reference = as_reference(reference, share * sigma[:, :, None] * torch.randn(count, REFERENCE_SIDE, REFERENCE_SIDE, device=device))
    # A first iteration begins at zero, a later one near the truth.
    later = offset + 0.35 * (2 * uniform(count, 2) - 1)
    start = torch.where(uniform(count, 1) < 0.5, later, torch.zeros_like(later)).clamp(-1, 1)
    return patch, reference, (start * OFFSET_STEPS).round().to(torch.int64), offset, limit


def train(kind, data, reader, arguments):
    device = data.luma.device
    torch.manual_seed(arguments.seed * 10 + kind)
    network = Network().to(device)
    optimiser = torch.optim.Adam(network.parameters(), lr=3e-3)
    total = 0.0
    for step in range(arguments.steps):
        done = step / arguments.steps
        for group in optimiser.param_groups:
            group["lr"] = 3e-3 * min(1.0, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-6
        patch, reference, start, offset, limit = draw_batch(data, arguments.batch, arguments.moved)
        x, least, start = registration(reader, patch, reference, start)
        found = (start + least) / OFFSET_STEPS + network(x, done > 0.4)
        # Errors count by how far beyond the bound they are, large ones less than by their square.
        beyond = ((found - offset) ** 2).sum(1) / (limit + 0.025**2).clamp(max=0.5)
        loss = (torch.sqrt(1 + beyond) - 1).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        if step % 500 == 499:
            print(f"{KINDS[kind]} step {step + 1}/{arguments.steps} loss {loss.item():.4f}", flush=True)
    return integers(network)


def judge(layers, data, reader, seed):
    """Figures on people and lights that training has not seen."""
    device = data.luma.device
    generator = torch.Generator().manual_seed(seed + 7)
    figures = []

    def rms(found, offset, keep):
        return float(((found - offset) ** 2).sum(1)[keep].mean().sqrt())

    for name, draws in (("still", slice(0, 3)), ("moved", slice(3, 6))):
        luma = data.luma[:, draws].reshape(-1, PIXELS)
        offset = data.offset[:, draws].reshape(-1, 2).to(torch.float64)
        clean = data.reference.repeat_interleave(3, 0)
        for sigma in [0.0, 2.0, 4.0, 8.0, 16.0]:
            patch = as_seen(luma, sigma * torch.randn(luma.shape, generator=generator).to(device))
            mean_noise = sigma / math.sqrt(AVERAGED) * torch.randn(clean.shape, generator=generator).to(device)
            limit = bound(luma, sigma)
            # Where the bound is beyond half a pixel, the limit of one pixel says more than the patch.
            clear = limit < 0.25
            reference = as_reference(clean, 0)
            figure = {"patches": name, "sigma": sigma, "count": int(clear.sum()),
                      "rms": rms(refine(layers, reader, patch, reference), offset, clear),
                      "rms_averaged_reference": rms(refine(layers, reader, patch, as_reference(clean, mean_noise)), offset, clear),
                      "rms_least_squares": rms(refine(None, reader, patch, reference), offset, clear)}
            if sigma > 0:
                figure["bound"] = float(limit[clear].mean().sqrt())
                for key in ("rms", "rms_averaged_reference", "rms_least_squares"):
                    figure[key.replace("rms", "ratio")] = figure[key] / figure["bound"]
            figures.append(figure)
            print(json.dumps(figure), flush=True)
    return figures


def train_and_judge(job):
    kind, arguments = job
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
    records = read_records(arguments.records)
    mine = records[records["kind"] == kind]
    reader = Reader(arguments.device)
    layers = train(kind, Data(mine[mine["held_out"] == 0], arguments.device), reader, arguments)
    with torch.no_grad():
        return layers, judge(layers, Data(mine[mine["held_out"] == 1], arguments.device), reader, arguments.seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("records")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=10000)
    parser.add_argument("--batch", type=int, default=4096)
    parser.add_argument("--moved", type=float, default=0.25, help="share of patches that are seen a little later in life")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    arguments = parser.parse_args()
    records = read_records(arguments.records)
    blob = b"FFBFHR02"
    figures = {}
    jobs = [(kind, arguments) for kind in range(len(KINDS))]
    with concurrent.futures.ProcessPoolExecutor(len(KINDS), multiprocessing.get_context("spawn")) as pool:
        for name, (layers, figure) in zip(KINDS, pool.map(train_and_judge, jobs)):
            figures[name] = figure
            for weight, bias, shift in layers:
                blob += weight.tobytes() + bias.tobytes() + shift.tobytes()
    arguments.output.mkdir(parents=True, exist_ok=True)
    digest = xxhash.xxh3_128(blob).hexdigest()
    (arguments.output / "networks.bin").write_bytes(blob + digest.encode())
    provenance = {
        "file": "networks.bin",
        "xxh3_128": digest,
        "made_by": "tools/fhr/train.py",
        "records": {"made_by": "ffbench_fhr_patches", "sha256": hashlib.sha256(pathlib.Path(arguments.records).read_bytes()).hexdigest(),
                    "count": len(records), "held_out": int((records["held_out"] == 1).sum()),
                    "people": int(records["person"].max()) + 1},
        "seed": arguments.seed, "steps": arguments.steps, "batch": arguments.batch, "moved": arguments.moved,
        "device": torch.cuda.get_device_name() if arguments.device == "cuda" else platform.processor() or platform.machine(),
        "python": platform.python_version(), "numpy": numpy.__version__, "torch": torch.__version__,
        "held_out": figures,
    }
    (arguments.output / "networks.json").write_text(json.dumps(provenance, indent=1) + "\n")
    print("digest", digest)


if __name__ == "__main__":
    main()
