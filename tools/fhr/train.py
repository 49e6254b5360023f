"""Trains the landmark refinement networks and writes the weights that ffbench ships (docs/fhr.md).

    train.py PATCHES OUTPUT_FOLDER [--seed N] [--passes N]

PATCHES is what ffbench_fhr_patches wrote. OUTPUT_FOLDER gets networks.bin and networks.json (digests, data, figures).
"""
import argparse
import concurrent.futures
import hashlib
import json
import multiprocessing
import pathlib

import numpy
import torch
import xxhash

SIDE = 11
PIXELS = SIDE * SIDE
KINDS = ["eye", "nose", "mouth"]
CHANNELS = 32
INPUT_SCALE = 32.0  # of the normalised patch: its mean deviation
ACTIVATION_SCALE = 16.0
LARGEST = 127 / ACTIVATION_SCALE
OFFSET_STEPS = 4096
JUDGED = 2000  # held-out patches that are looked at
REGRESSED = 20000  # patches of the third layer's regression
RECORD = numpy.dtype([("kind", "u1"), ("held_out", "u1"), ("person", "<u2"), ("scale", "<f4"), ("offset", "<f4", 2),
                      ("luma", "u1", PIXELS), ("padding", "u1", 7)])


def read_patches(path):
    data = pathlib.Path(path).read_bytes()
    if data[:8] != b"FFBPATCH":
        raise SystemExit(f"{path}: not a file of patches; make one with ffbench_fhr_patches")
    return numpy.frombuffer(data, RECORD, offset=16)


def normalised(luma):
    """NUMERICS.md, "Landmark refinement", on a batch of integers."""
    luma = luma.to(torch.int64)
    total = luma.sum(1, keepdim=True)
    deviation = PIXELS * luma - total
    spread = deviation.abs().sum(1, keepdim=True).clamp(min=PIXELS * PIXELS)
    scaled = torch.div(deviation * (32 * PIXELS), spread, rounding_mode="trunc")
    return scaled.clamp(-127, 127).to(torch.float32)


def with_noise(luma, sigma, generator):
    noise = torch.randn(luma.shape, generator=generator) * sigma
    return (luma + noise).round().clamp(0, 255)


def shift_of(weights, factor):
    """Per output channel the largest shift at which the weights fit into 8 bits."""
    largest = (weights.detach().abs().flatten(1).amax(1) * factor).clamp(min=1e-9)
    return torch.floor(torch.log2(127.0 / largest)).clamp(1, 18)


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.first = torch.nn.Conv2d(1, CHANNELS, 3)
        self.second = torch.nn.Conv2d(CHANNELS, CHANNELS, 3)
        self.third = torch.nn.Conv2d(CHANNELS, 2, SIDE - 4)
        torch.nn.init.normal_(self.third.weight, std=0.005)
        torch.nn.init.zeros_(self.third.bias)

    def layers(self):
        yield self.first, ACTIVATION_SCALE / INPUT_SCALE, ACTIVATION_SCALE
        yield self.second, 1.0, ACTIVATION_SCALE
        yield self.third, OFFSET_STEPS / ACTIVATION_SCALE, float(OFFSET_STEPS)

    def forward(self, patch):
        """`patch` holds the integers of a normalised patch; the result is in patch pixels."""
        x = patch.reshape(-1, 1, SIDE, SIDE)
        x = torch.relu(self.first(x / INPUT_SCALE)).clamp(max=LARGEST)
        x = torch.relu(self.second(x)).clamp(max=LARGEST)
        return self.third(x).flatten(1)


def integers(network):
    """The weights as the file holds them: per layer weights [out][y][x][in], biases, shifts."""
    result = []
    for layer, factor, out_scale in network.layers():
        shift = shift_of(layer.weight, factor)
        power = 2.0 ** shift
        weight = (layer.weight.detach() * factor * power.view(-1, 1, 1, 1)).round().clamp(-127, 127)
        bias = (layer.bias.detach() * out_scale * power).round()
        result.append((weight.permute(0, 2, 3, 1).contiguous().numpy().astype(numpy.int8),
                       bias.numpy().astype("<i4"), shift.numpy().astype("<i4")))
    return result


def run_integers(layers, patch):
    """The exact integer inference, as ffbench computes it."""
    weight, bias, shift = layers[2]
    x = features(layers, patch).to(torch.float64).permute(0, 2, 3, 1).flatten(1)
    s = x @ torch.from_numpy(weight.reshape(2, -1).astype(numpy.float64)).T + torch.from_numpy(bias.astype(numpy.float64))
    half = torch.from_numpy(2.0 ** (shift - 1))
    return torch.floor((s + half) / (2 * half)).clamp(-OFFSET_STEPS, OFFSET_STEPS) / OFFSET_STEPS


def bound(luma, sigma):
    """Cramer-Rao: the least mean squared distance (x and y together) at which the clean patch can be located under white noise."""
    image = luma.to(torch.float64).reshape(-1, SIDE, SIDE)

    def slope(a):
        g = torch.empty_like(a)
        g[..., 2:-2] = (a[..., :-4] - 8 * a[..., 1:-3] + 8 * a[..., 3:-1] - a[..., 4:]) / 12
        g[..., 1] = (a[..., 2] - a[..., 0]) / 2
        g[..., -2] = (a[..., -1] - a[..., -3]) / 2
        g[..., 0] = a[..., 1] - a[..., 0]
        g[..., -1] = a[..., -1] - a[..., -2]
        return g

    gx = slope(image).flatten(1)
    gy = slope(image.transpose(1, 2)).transpose(1, 2).flatten(1)
    xx, yy, xy = (gx * gx).sum(1), (gy * gy).sum(1), (gx * gy).sum(1)
    return sigma * sigma * (xx + yy) / (xx * yy - xy * xy).clamp(min=1e-9)


def train(kind, records, passes, seed, noise):
    torch.manual_seed(seed * 10 + kind)
    generator = torch.Generator().manual_seed(seed * 10 + kind)
    luma = torch.from_numpy(records["luma"].astype(numpy.float32))
    offset = torch.from_numpy(records["offset"].copy())
    network = Network()
    batch = 128
    steps = passes // batch
    optimiser = torch.optim.Adam(network.parameters(), lr=2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 5e-3, total_steps=steps)
    order = torch.randperm(len(luma), generator=generator)
    total = 0.0
    for step in range(steps):
        pick = order[torch.arange(step * batch, (step + 1) * batch) % len(luma)]
        sigma = noise * torch.rand(batch, 1, generator=generator) ** 2
        patch = normalised(with_noise(luma[pick], sigma, generator))
        loss = torch.nn.functional.smooth_l1_loss(network(patch), offset[pick], beta=0.2)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        total += loss.item()
        if step % 50 == 49:
            print(f"{KINDS[kind]} step {step + 1}/{steps} loss {total / 50:.5f}", flush=True)
            total = 0.0
    with torch.no_grad():
        solve_third(network, luma, offset, order, noise, generator)
    return integers(network)


def features(layers, patch):
    """What the third layer reads, exactly: [sample][in][7][7]."""
    x = patch.reshape(-1, 1, SIDE, SIDE)
    for weight, bias, shift in layers[:2]:
        w = torch.from_numpy(weight.astype(numpy.float32)).permute(0, 3, 1, 2).contiguous()
        s = torch.nn.functional.conv2d(x, w, torch.from_numpy(bias.astype(numpy.float32)))
        half = torch.from_numpy((2.0 ** (shift - 1)).astype(numpy.float32)).view(1, -1, 1, 1)
        x = torch.floor((s + half) / (2 * half)).clamp(0, 127)
    return x


def solve_third(network, luma, offset, order, noise, generator):
    """The third layer by ridge regression on the features as quantised, so that it makes up for their rounding."""
    layers = integers(network)
    count = (SIDE - 4) ** 2 * CHANNELS + 1
    gram = torch.zeros(count, count, dtype=torch.float64)
    target = torch.zeros(count, 2, dtype=torch.float64)
    chunk = 1024
    for i in range(0, min(len(luma), REGRESSED), chunk):
        pick = order[i:i + chunk]
        sigma = noise * torch.rand(len(pick), 1, generator=generator) ** 2
        x = features(layers, normalised(with_noise(luma[pick], sigma, generator))).flatten(1)
        x = torch.cat([x, torch.ones(len(pick), 1)], 1)
        gram += (x.T @ x).to(torch.float64)
        target += (x.T @ offset[pick]).to(torch.float64)
    ridge = 3e-4 * torch.diagonal(gram)[:-1].mean()
    gram[:-1, :-1] += ridge * torch.eye(count - 1, dtype=torch.float64)
    solution = torch.linalg.solve(gram, target)
    network.third.weight.copy_(
        (solution[:-1].T.reshape(2, CHANNELS, SIDE - 4, SIDE - 4) * ACTIVATION_SCALE).to(torch.float32))
    network.third.bias.copy_(solution[-1].to(torch.float32))


def judge(layers, records, seed):
    """Figures on people and lights that training has not seen."""
    generator = torch.Generator().manual_seed(seed + 7)
    records = records[torch.randperm(len(records), generator=generator).numpy()[:JUDGED]]
    luma = torch.from_numpy(records["luma"].astype(numpy.float32))
    offset = torch.from_numpy(records["offset"].copy()).to(torch.float64)
    figures = []
    clean = run_integers(layers, normalised(luma))
    for sigma in [0.0, 2.0, 4.0, 8.0, 16.0]:
        found = clean if sigma == 0 else run_integers(layers, normalised(with_noise(luma, sigma, generator)))
        figure = {"sigma": sigma, "rms": float(((found - offset) ** 2).sum(1).mean().sqrt())}
        if sigma > 0:
            # Where the bound is beyond half a pixel the prior alone does better: such patches say nothing.
            limit = bound(luma, sigma)
            clear = limit < 0.25
            rms = float(((found - offset) ** 2).sum(1)[clear].mean().sqrt())
            spread = float(((found - clean) ** 2).sum(1)[clear].mean().sqrt())
            least = float(limit[clear].mean().sqrt())
            figure.update(patches=int(clear.sum()), bound=least, ratio=rms / least, noise_ratio=spread / least)
        figures.append(figure)
        print(figure, flush=True)
    return figures


def train_and_judge(job):
    path, kind, passes, seed, noise = job
    # One thread: sums have one order, so that the same PyTorch on the same kind of processor gives the same weights.
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    records = read_patches(path)
    mine = records[records["kind"] == kind]
    layers = train(kind, mine[mine["held_out"] == 0], passes, seed, noise)
    return layers, judge(layers, mine[mine["held_out"] == 1], seed)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("patches")
    parser.add_argument("output", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passes", type=int, default=24000, help="samples each network sees in training")
    parser.add_argument("--noise", type=float, default=16.0)
    arguments = parser.parse_args()
    records = read_patches(arguments.patches)
    blob = b"FFBFHR01"
    figures = {}
    jobs = [(arguments.patches, kind, arguments.passes, arguments.seed, arguments.noise) for kind in range(len(KINDS))]
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
        "patches": {"made_by": "ffbench_fhr_patches", "sha256": hashlib.sha256(pathlib.Path(arguments.patches).read_bytes()).hexdigest(),
                    "count": len(records), "held_out": int((records["held_out"] == 1).sum()),
                    "people": int(records["person"].max()) + 1},
        "seed": arguments.seed, "passes": arguments.passes, "noise": arguments.noise, "torch": torch.__version__,
        "held_out": figures,
    }
    (arguments.output / "networks.json").write_text(json.dumps(provenance, indent=1) + "\n")
    print("digest", provenance["xxh3_128"])


if __name__ == "__main__":
    main()
