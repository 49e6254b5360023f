#!/usr/bin/env python3
"""The figures of the clip of known_clip_test.cpp, computed from the formulas of docs/metrics.md alone:
plain loops over all pixels, no code shared with harness/metrics. Prints NAME VALUE a line;
`known_clip.py FILE` compares with the table in FILE (the test's source) and fails where one differs."""
import math
import re
import sys

WIDTH, HEIGHT, FRAMES, CROP, FPS = 72, 56, 40, 16, 25
TEMPLATE = [(5.5, 6.25), (10.5, 6.25), (8.0, 9.375), (6.0, 11.875), (10.0, 11.875)]
POLYGON = [(3.0, 2.0), (12.0, 3.0), (13.0, 12.0), (2.0, 13.0)]
GLITCH = 24  # the frame whose output is off


def noise(n):
    n &= 0xFFFFFFFF
    n = (n ^ 61) ^ (n >> 16)
    n = n * 9 & 0xFFFFFFFF
    n ^= n >> 4
    n = n * 0x27D4EB2D & 0xFFFFFFFF
    return n ^ (n >> 15)


def seeded(seed, i):
    return noise(i + seed * 0x9E3779B9)


# ---- the clip -------------------------------------------------------------------------------
def picture(kind, t):
    """Rows of B G R bytes. A texture that moves by a pixel a frame, with noise of its own."""
    amount = {"input": 9, "truth": 5, "output": 7}[kind]
    seed = {"input": 1000, "truth": 2000, "output": 3000}[kind] + t
    shift = {"input": t, "truth": t, "output": t + (t % 3 == 1)}[kind]
    rows = []
    for y in range(HEIGHT):
        row = []
        for x in range(WIDTH):
            for c in range(3):
                moved = x + t if c == 0 else x + shift
                base = 20 + (moved * (3 + c) + y * (5 - c)) % 140
                value = base + seeded(seed, (y * WIDTH + x) * 3 + c) % amount
                if kind == "output" and t == GLITCH:
                    value += 85
                row.append(value)
        rows.append(row)
    return rows


def similarity(a256, b256, cx16, cy16):
    """About the middle of the crop, 7.5; all numbers are multiples of 1/4096."""
    a, b, cx, cy = a256 / 256, b256 / 256, cx16 / 16, cy16 / 16
    return (a, b, 7.5 - (a * cx - b * cy), 7.5 - (b * cx + a * cy))


def place(face, t):
    if face == 1:
        return (128 + t % 7, 3 * (t % 5) - 6, 16 * 24 + 12 * t, 16 * 26 + 5 * (t % 9))
    return (140 - t % 4, 10 - 2 * (t % 6), 16 * 50 - 9 * t, 16 * 30 + 7 * (t % 4))


def off(seed, t, face, size):
    return seeded(seed, 10 * t + face) % (2 * size + 1) - size


def seen(kind, face, t):
    if face == 1:
        return not (kind == "plan" and t == 30)
    present = 3 <= t < 34 and t not in (11, 12)
    return present and not (kind == "plan" and t in (8, 9))


def reset(face, t):
    return t == 0 or (face == 2 and t in (3, 13, 20))


def plan(kind, face, t):
    """The similarity of a face, or None."""
    if not seen(kind, face, t):
        return None
    a, b, cx, cy = place(face, t)
    if kind == "truth":
        return similarity(a, b, cx, cy)
    seed, size = (7, 6) if kind == "plan" else (8, 14)
    if kind == "plan":  # lags a little
        _, _, ex, ey = place(face, max(t - 1, 0))
        cx, cy = cx + (ex - cx) // 4, cy + (ey - cy) // 4
    return similarity(a, b, cx + off(seed, t, face, size), cy + off(seed + 20, t, face, size))


def box_of(face, t):
    return (30 + t % 5, 36 + face) if face == 1 else (26, 33 + t % 3)


def mask(kind, face, t):
    """Crop mask: 0 outside an octagon-like shape, 255 in its middle, noise between."""
    rows = []
    for v in range(CROP):
        row = []
        for u in range(CROP):
            d = max(abs(2 * u - 15), abs(2 * v - 15)) + (abs(u - v) + abs(u + v - 15)) // 4
            if d > 13:
                row.append(0)
            elif d < 8:
                row.append(255)
            else:
                wobble = seeded(50 + (kind == "output"), 1000 * t + 300 * face + v * CROP + u) % 9
                row.append(40 + 12 * (13 - d) + wobble)
        rows.append(row)
    return rows


def flow(t, x, y):
    """(dx, dy) in 1/512 px, and whether it is valid."""
    bits = seeded(4000 + t, y * WIDTH + x)
    return bits % 2049 - 1024 - 512, (bits >> 12) % 1025 - 512, bits >> 24 > 40


def luma_rows(rows):
    return [[(4732 * r[3 * x] + 46871 * r[3 * x + 1] + 13933 * r[3 * x + 2] + 128) >> 8 for x in range(WIDTH)]
            for r in rows]


# ---- the formulas ---------------------------------------------------------------------------
def psnr(mse):
    return 10 * math.log10(255**2 / (mse + 1e-10))


def apply(s, p):
    a, b, tx, ty = s
    return a * p[0] - b * p[1] + tx, b * p[0] + a * p[1] + ty


def inverse(s):
    a, b, tx, ty = s
    d = a * a + b * b
    ia, ib = a / d, -b / d
    return ia, ib, -(ia * tx - ib * ty), -(ib * tx + ia * ty)


def points(s):
    return [apply(inverse(s), p) for p in TEMPLATE]


def minus(p, q):
    return [(a[0] - b[0], a[1] - b[1]) for a, b in zip(p, q)]


def mean_square(e):
    return sum(x * x + y * y for x, y in e) / len(e)


def rms(values):
    return math.sqrt(sum(values) / len(values))


def mean(values):
    return sum(values) / len(values)


def tpsnr(clip, stride):
    series = []
    for t in range(stride, FRAMES):
        total = 0
        for now, before in zip(clip[t], clip[t - stride]):
            total += sum((p - q) ** 2 for p, q in zip(now, before))
        series.append(psnr(total / (3 * WIDTH * HEIGHT)))
    return series


def tail(series, stride):
    return [v for i, v in enumerate(series) if i + stride >= FRAMES - 30]


def deviation(series):
    m = mean(series)
    return math.sqrt(mean([(v - m) ** 2 for v in series]))


def median(values):
    s = sorted(values)
    n = len(s)
    return s[n // 2] if n % 2 else (s[n // 2 - 1] + s[n // 2]) / 2


def outliers(series):
    mid = median(series)
    limit = mid - 3 * 1.4826 * median([abs(v - mid) for v in series])
    return [i + 2 for i, v in enumerate(series) if v < -1 and v < limit]


def face_boxes(kind, t):
    boxes = []
    for face in (1, 2):
        s = plan(kind, face, t)
        if s is None:
            continue
        corners = POLYGON if face == 1 else [(0, 0), (CROP - 1, 0), (CROP - 1, CROP - 1), (0, CROP - 1)]
        places = [apply(inverse(s), p) for p in corners]
        xs, ys = [p[0] for p in places], [p[1] for p in places]
        boxes.append((max(math.floor(min(xs)), 0), max(math.floor(min(ys)), 0),
                      min(math.floor(max(xs)) + 1, WIDTH), min(math.floor(max(ys)) + 1, HEIGHT)))
    return boxes


TAPS = [3571, 16004, 26386, 16004, 3571]


def mirrored(i, n):
    return -i if i < 0 else 2 * (n - 1) - i if i >= n else i


def filtered(rows):
    y8 = luma_rows(rows)
    across = [[(sum(TAPS[k] * r[mirrored(x + k - 2, WIDTH)] for k in range(5)) + 32768) >> 16
               for x in range(WIDTH)] for r in y8]
    return [[(sum(TAPS[k] * across[mirrored(y + k - 2, HEIGHT)][x] for k in range(5)) + 32768) >> 16
             for x in range(WIDTH)] for y in range(HEIGHT)]


def motion_energy(clip):
    per_frame = []
    last = filtered(clip[0])
    for t in range(1, FRAMES):
        now = filtered(clip[t])
        total = count = 0
        for x0, y0, x1, y1 in face_boxes("truth", t):
            for y in range(y0, y1):
                total += sum(abs(now[y][x] - last[y][x]) for x in range(x0, x1))
            count += max(0, x1 - x0) * max(0, y1 - y0)
        per_frame.append(total / 256 / count)
        last = now
    return mean(per_frame)


def region(t):
    """0, 1 (seam) or 2 (full) for every pixel."""
    cover = [[0] * WIDTH for _ in range(HEIGHT)]
    for face in (1, 2):
        s = plan("truth", face, t)
        if s is None:
            continue
        alpha = mask("truth", face, t)
        for y in range(HEIGHT):
            for x in range(WIDTH):
                u, v = (math.floor(p * 256 + 0.5) for p in apply(s, (x, y)))
                u0, v0, fu, fv = u >> 8, v >> 8, u & 255, v & 255
                taps = [(du, dv) for dv in (0, 1) for du in (0, 1) if (du == 0 or fu) and (dv == 0 or fv)]
                values = [alpha[v0 + dv][u0 + du] if 0 <= u0 + du < CROP and 0 <= v0 + dv < CROP else 0
                          for du, dv in taps]
                if any(values):
                    cover[y][x] = max(cover[y][x], 2 if all(a == 255 for a in values) else 1)
    return cover


def rounded_256ths(f512):
    return (f512 + 1) // 2 if f512 >= 0 else -((-f512 + 1) // 2)


def warp_error(clip, covers):
    sums = {"face": [0, 0], "seam": [0, 0]}
    for t in range(FRAMES - 1):
        for y in range(HEIGHT):
            for x in range(WIDTH):
                if not covers[t][y][x]:
                    continue
                dx, dy, valid = flow(t, x, y)
                px, py = x * 256 + rounded_256ths(dx), y * 256 + rounded_256ths(dy)
                if not valid or not (0 <= px <= (WIDTH - 1) * 256 and 0 <= py <= (HEIGHT - 1) * 256):
                    continue
                x0, y0, fx, fy = px >> 8, py >> 8, px & 255, py & 255
                x1, y1 = min(x0 + 1, WIDTH - 1), min(y0 + 1, HEIGHT - 1)
                square = 0
                for c in range(3):
                    q = clip[t + 1]
                    upper = q[y0][3 * x0 + c] * (256 - fx) + q[y0][3 * x1 + c] * fx
                    lower = q[y1][3 * x0 + c] * (256 - fx) + q[y1][3 * x1 + c] * fx
                    value = (upper * (256 - fy) + lower * fy + 128) >> 8
                    square += (value - 256 * clip[t][y][3 * x + c]) ** 2
                for name in ("face", "seam") if covers[t][y][x] == 1 else ("face",):
                    sums[name][0] += square
                    sums[name][1] += 1
    return {name: 1000 * total / count / 65280**2 for name, (total, count) in sums.items()}


def td_and_fidelity(output, truth, covers):
    change = pixels = 0
    fidelity = []
    for t in range(FRAMES):
        total = count = 0
        for y in range(HEIGHT):
            for x in range(WIDTH):
                if not covers[t][y][x]:
                    continue
                count += 3
                for i in range(3 * x, 3 * x + 3):
                    here = output[t][y][i] - truth[t][y][i]
                    total += here * here
                    if t > 0:
                        change += (here - (output[t - 1][y][i] - truth[t - 1][y][i])) ** 2
        pixels += count if t > 0 else 0
        fidelity.append(psnr(total / count))
    return psnr(change / pixels), fidelity


def stretches():
    """Of consecutive frames with plan and truth: (face, first frame, p, g, 256 / sqrt(w h))."""
    found = []
    for face in (1, 2):
        open_ = False
        for t in range(FRAMES):
            p, g = plan("plan", face, t), plan("truth", face, t)
            if p is None or g is None:
                open_ = False
                continue
            if not open_ or reset(face, t):
                found.append((face, t, [], [], []))
                open_ = True
            _, _, ps, gs, units = found[-1]
            ps.append(points(p))
            gs.append(points(g))
            w, h = box_of(face, t)
            units.append(256 / math.sqrt(w * h))
    return found


def plan_figures():
    figures = {}
    errors, jitter, acceleration = [], [], []
    along = squares = error_squares = 0.0
    moving = 0
    speeds = {1: [], 2: []}
    for face, _, p, g, units in stretches():
        e = [minus(a, b) for a, b in zip(p, g)]
        errors += [mean_square(v) for v in e]
        jitter += [mean_square(minus(e[t], e[t - 1])) * units[t] ** 2 for t in range(1, len(e))]
        acceleration += [math.sqrt(mean_square(minus(minus(e[t], e[t - 1]), minus(e[t - 1], e[t - 2]))))
                         for t in range(2, len(e))]
        for t in range(1, len(g)):
            speed = math.sqrt(mean_square(minus(g[t], g[t - 1]))) * units[t]
            speeds[face].append(speed)
            if speed > 0.25:
                back = minus(g[t - 1], g[t])
                along += sum(a[0] * b[0] + a[1] * b[1] for a, b in zip(e[t], back)) / 5
                squares += mean_square(back)
                error_squares += mean_square(e[t])
                moving += 1
    figures["landmark_rms_px"] = rms(errors)
    figures["nmf"] = 100 * rms(jitter)
    figures["acceleration_error_px"] = mean(acceleration)
    slope = along / squares
    error = math.sqrt(max(error_squares - slope * along, 0) / (moving - 1) / squares)
    assert moving >= 8 and (error <= 0.04 or abs(slope) > 4 * error), "the clip has a lag"
    figures["lag"] = slope
    peak = 0.0
    for face, _, p, g, units in stretches():
        settling = 0
        for t in range(1, len(g)):
            if math.sqrt(mean_square(minus(g[t], g[t - 1]))) * units[t] >= max(max(speeds[face]) / 2, 0.25):
                settling = 4
            if settling > 0:
                settling -= 1
                peak = max(peak, math.sqrt(mean_square(minus(p[t], g[t]))))
    figures["peak_error_px"] = peak
    weighted = length = 0.0
    for _, _, p, g, _ in stretches():
        n = len(p)
        if n < 16 or n < FPS / 2:
            continue
        total = 0.0
        for i in range(5):
            for axis in range(2):
                series = [p[t][i][axis] - g[t][i][axis] for t in range(n)]
                middle = mean(series)
                window = [0.5 - 0.5 * math.cos(2 * math.pi * t / n) for t in range(n)]
                power = 0.0
                for k in range(n):  # both halves of the spectrum
                    hz = min(k, n - k) * FPS / n
                    if 4 <= hz <= 15:
                        re_ = sum(w * (s - middle) * math.cos(2 * math.pi * k * t / n)
                                  for t, (w, s) in enumerate(zip(window, series)))
                        im_ = sum(w * (s - middle) * math.sin(2 * math.pi * k * t / n)
                                  for t, (w, s) in enumerate(zip(window, series)))
                        power += re_ * re_ + im_ * im_
                total += power / (n * sum(w * w for w in window)) / 5
        weighted += total * n
        length += n
    figures["residual_4_15hz_px"] = math.sqrt(weighted / length)
    residual, faces, missed = [], 0, 0
    for t in range(FRAMES):
        for face in (1, 2):
            g = plan("truth", face, t)
            if g is not None:
                faces += 1
                missed += plan("plan", face, t) is None
                residual.append(mean_square(minus(points(g), true_landmarks(face, t))))
    figures["template_residual_px"] = rms(residual)
    figures["face_frames"] = faces
    figures["missed_face_frames"] = missed
    return figures


def true_landmarks(face, t):
    """The template in the frame, each point off by up to half a pixel."""
    return [(x + off(60 + i, t, face, 8) / 16, y + off(70 + i, t, face, 8) / 16)
            for i, (x, y) in enumerate(points(plan("truth", face, t)))]


def landmark_jitter():
    sums = {"plan": [], "raw": []}
    for t in range(1, FRAMES - 1):
        for face in (1, 2):
            triple = {k: [plan(k, face, t + d) for d in (-1, 0, 1)] for k in sums}
            if any(s is None for three in triple.values() for s in three) or reset(face, t) or reset(face, t + 1):
                continue
            for k, three in triple.items():
                a, b, c = (points(s) for s in three)
                sums[k].append(mean_square(minus(minus(c, b), minus(b, a))))
    return {k: rms(v) for k, v in sums.items()}


def mask_dtssd():
    squares = count = 0
    for face in (1, 2):
        for t in range(1, FRAMES):
            kinds = [plan(k, face, u) for k in ("plan", "truth") for u in (t - 1, t)]
            if any(s is None for s in kinds) or reset(face, t):
                continue
            now = [mask(k, face, t) for k in ("output", "truth")]
            before = [mask(k, face, t - 1) for k in ("output", "truth")]
            for v in range(CROP):
                for u in range(CROP):
                    squares += ((now[0][v][u] - before[0][v][u]) - (now[1][v][u] - before[1][v][u])) ** 2
                    count += 1
    return 100 * math.sqrt(squares / count) / 255


def figures():
    clips = {kind: [picture(kind, t) for t in range(FRAMES)] for kind in ("input", "output", "truth")}
    out = {}
    series = {kind: tpsnr(clips[kind], 2) for kind in clips}
    for stride in (1, 2):
        own = tpsnr(clips["output"], stride)
        out[f"tpsnr_stride{stride}.mean"] = mean(own)
        out[f"tpsnr_stride{stride}.std"] = deviation(own)
        out[f"tpsnr_stride{stride}.min"] = min(own)
        out[f"tpsnr_stride{stride}.tail_mean"] = mean(tail(own, stride))
        out[f"tpsnr_stride{stride}.tail_min"] = min(tail(own, stride))
    own = tpsnr(clips["output"], 2)[::2]  # frames 0, 2, 4 ..., each with the next
    ends = [v for i, v in enumerate(own) if 2 * i + 2 >= FRAMES - 30]
    out.update({"tpsnr_seed.mean": mean(own), "tpsnr_seed.std": deviation(own), "tpsnr_seed.min": min(own),
                "tpsnr_seed.tail_mean": mean(ends), "tpsnr_seed.tail_min": min(ends)})
    for name, against in (("delta", "input"), ("delta_truth", "truth")):
        delta = [a - b for a, b in zip(series["output"], series[against])]
        out[f"{name}.mean"] = mean(delta)
        out[f"{name}.min"] = min(delta)
        out[f"{name}.tail_mean"] = mean(tail(delta, 2))
        found = outliers(delta)
        assert found
        out[f"{name}.outliers"] = len(found)
        out[f"{name}.first_outlier"] = found[0]
    out["tpsnr_mean_vs_truth"] = mean(series["output"]) - mean(series["truth"])
    out["tpsnr_tail_vs_truth"] = mean(tail(series["output"], 2)) - mean(tail(series["truth"], 2))
    energy, energy_input = motion_energy(clips["output"]), motion_energy(clips["input"])
    out["motion_energy"] = energy
    out["motion_energy_input"] = energy_input
    out["motion_energy_error"] = abs(energy - energy_input) / energy_input
    differences = [abs(p - q) for t in range(1, FRAMES) for a, b in zip(clips["output"][t], clips["output"][t - 1])
                   for p, q in zip(a, b)]
    out["temporal_flickering"] = (255 - mean(differences)) / 255
    jitter = landmark_jitter()
    out["landmark_jitter"] = jitter["plan"]
    out["landmark_jitter_raw"] = jitter["raw"]
    covers = [region(t) for t in range(FRAMES)]
    td, fidelity = td_and_fidelity(clips["output"], clips["truth"], covers)
    out["td_psnr"] = td
    out["fidelity_psnr"] = mean(fidelity)
    out["fidelity_psnr_min"] = min(fidelity)
    errors = warp_error(clips["output"], covers)
    out["warp_error_face"] = errors["face"]
    out["warp_error_seam"] = errors["seam"]
    out["mask_dtssd"] = mask_dtssd()
    out.update(plan_figures())
    return out


def main():
    computed = figures()
    if len(sys.argv) < 2:
        for name, value in computed.items():
            print(f'    {{"{name}", {value!r}}},')
        return 0
    with open(sys.argv[1], encoding="utf-8") as file:
        table = dict(re.findall(r'\{"([\w.]+)", (-?[\d.e-]+)\}', file.read()))
    wrong = sorted(set(computed) ^ set(table))
    wrong += [name for name in computed if name in table and abs(float(table[name]) - computed[name])
              > 1e-9 * max(1, abs(computed[name]))]
    for name in wrong:
        print(f"{name}: the test says {table.get(name)}, the formulas {computed.get(name)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
