"""NUMERICS.md, "Landmark refinement", on batches: what the networks read, computed exactly as ffbench computes it."""
import torch

SIDE = 11
PIXELS = SIDE * SIDE
REFERENCE_SIDE = SIDE + 4
REFERENCE_STEPS = 16
OFFSET_STEPS = 4096
PHASES = 64


def taps(f):
    value = {0: -4096 * f + 128 * f**2 - f**3, 2: 4096 * f + 256 * f**2 - 3 * f**3, 3: -64 * f**2 + f**3}
    slope = {0: -4096 + 256 * f - 3 * f**2, 2: 4096 + 512 * f - 9 * f**2, 3: -128 * f + 3 * f**2}
    value = {k: (a + 256) >> 9 for k, a in value.items()}
    slope = {k: (b + 4) >> 3 for k, b in slope.items()}
    value[1] = 1024 - sum(value.values())
    slope[1] = -sum(slope.values())
    return value, slope


class Reader:
    """Reads references between their pixels. Matrices per reading position: rows of taps, exact in binary64."""

    def __init__(self, device):
        self.value = torch.zeros(2 * PHASES - 1, SIDE, REFERENCE_SIDE, dtype=torch.float64)
        self.slope = torch.zeros_like(self.value)
        for s in range(1 - PHASES, PHASES):
            value, slope = taps(s & (PHASES - 1))
            for x in range(SIDE):
                for k in range(4):
                    at = x + 2 + (s >> 6) - 1 + k
                    self.value[s + PHASES - 1, x, at] = value[k]
                    self.slope[s + PHASES - 1, x, at] = slope[k]
        self.value = self.value.to(device)
        self.slope = self.slope.to(device)

    def read(self, reference, offset):
        """`reference` [n][15][15] and `offset` [n][2], integers. Returns value, slopes along x and y, and the offset as rounded."""
        phases = ((offset + OFFSET_STEPS // PHASES // 2) >> 6).clamp(1 - PHASES, PHASES - 1)
        at = PHASES - 1 - phases
        across, across_slope = self.value[at[:, 0]].mT, self.slope[at[:, 0]].mT
        down, down_slope = self.value[at[:, 1]], self.slope[at[:, 1]]
        image = reference.to(torch.float64)
        h = torch.floor((image @ across + 32) / 64)
        k = torch.floor((image @ across_slope + 32) / 64)

        def along(weights, rows):
            return torch.floor((weights @ rows + 8192) / 16384).flatten(1).to(torch.int64)

        return along(down, h), along(down, k), along(down_slope, h), phases * (OFFSET_STEPS // PHASES)


def about_mean(patch):
    return PIXELS * patch - patch.sum(1, keepdim=True)


def quotient(a, b):
    return torch.div(a, b, rounding_mode="trunc")


def registration(reader, patch, reference, offset):
    """`patch` [n][121]. Returns the network's input [n][4][11][11], the step and the offset from which both go, integers."""
    value, slope_x, slope_y, start = reader.read(reference, offset)
    spread = about_mean(value).abs().sum(1, keepdim=True).clamp(min=PIXELS * PIXELS * REFERENCE_STEPS)
    scale = quotient(torch.full_like(spread, (32 * PIXELS) << 24), spread)

    def normalised(p):
        return ((about_mean(p) * scale + (1 << 23)) >> 24).clamp(-127, 127)

    r, gx, gy = normalised(value), normalised(slope_x), normalised(slope_y)
    deviation = about_mean(patch)
    rr, pr = (r * r).sum(1, keepdim=True), (deviation * r).sum(1, keepdim=True)
    spread_r, spread_p = 2 * r.abs().sum(1, keepdim=True), deviation.abs().sum(1, keepdim=True)
    alike = (pr > 0) & (rr * spread_p <= spread_r * pr)
    gain = torch.where(alike, quotient(rr << 20, pr.clamp(min=1)), quotient(spread_r << 20, spread_p.clamp(min=1)))
    d = (((deviation * gain + (1 << 19)) >> 20) - r).clamp(-127, 127)

    xx, yy = 512 + (gx * gx).sum(1, keepdim=True), 512 + (gy * gy).sum(1, keepdim=True)
    xy = (gx * gy).sum(1, keepdim=True)
    det = xx * yy - xy * xy
    cxx, cyy, cxy = quotient(yy << 32, det), quotient(xx << 32, det), quotient(xy * (1 << 32), det)
    ux, uy = (cxy * gy - cxx * gx) * d, (cxy * gx - cyy * gy) * d
    step = torch.stack([ux.sum(1), uy.sum(1)], 1)
    step = ((step + (1 << 19)) >> 20).clamp(-OFFSET_STEPS, OFFSET_STEPS)
    ex, ey = (((u + (1 << 22)) >> 23).clamp(-127, 127) for u in (ux, uy))
    return torch.stack([r, d, ex, ey], 1).view(-1, 4, SIDE, SIDE), step, start


def bound(luma, sigma):
    """Cramer-Rao: the least mean squared distance (x and y together) at which the clean patch, known, can be located under white noise."""
    image = luma.to(torch.float64).view(-1, SIDE, SIDE)

    def slope(a):
        g = torch.empty_like(a)
        g[..., 2:-2] = (a[..., :-4] - 8 * a[..., 1:-3] + 8 * a[..., 3:-1] - a[..., 4:]) / 12
        g[..., 1] = (a[..., 2] - a[..., 0]) / 2
        g[..., -2] = (a[..., -1] - a[..., -3]) / 2
        g[..., 0] = a[..., 1] - a[..., 0]
        g[..., -1] = a[..., -1] - a[..., -2]
        return g

    gx = slope(image).flatten(1)
    gy = slope(image.mT).mT.flatten(1)
    xx, yy, xy = (gx * gx).sum(1), (gy * gy).sum(1), (gx * gy).sum(1)
    return sigma * sigma * (xx + yy) / (xx * yy - xy * xy).clamp(min=1e-9)
