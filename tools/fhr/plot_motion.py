"""Draws where landmarks were observed and refined: plot_motion.py CSV PICTURE CLIP:LANDMARK..., CSV from ffbench_fhr_motion --csv."""
import csv
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plot

NAMES = ["left eye", "right eye", "nose", "left corner of the mouth", "right corner of the mouth"]


def main():
    with open(sys.argv[1], newline="") as file:
        rows = list(csv.DictReader(file))
    wanted = [tuple(w.rsplit(":", 1)) for w in sys.argv[3:]]
    figure, axes = plot.subplots(len(wanted), 1, figsize=(9, 2.4 * len(wanted)), squeeze=False)
    for axis, (clip, landmark) in zip(axes[:, 0], wanted):
        mine = [r for r in rows if r["clip"] == clip and r["landmark"] == landmark][:120]
        frames = [int(r["frame"]) for r in mine]
        axis.plot(frames, [float(r["observed_y"]) for r in mine], color="0.65", lw=1, label="observed")
        axis.plot(frames, [float(r["refined_y"]) for r in mine], color="C0", lw=1.4, label="refined")
        if mine[0]["true_y"]:
            axis.plot(frames, [float(r["true_y"]) for r in mine], color="C3", lw=1, ls="--", label="truth")
        axis.set_title(f"{clip}, {NAMES[int(landmark)]}", fontsize=9, loc="left")
        axis.set_ylabel("y, pixels", fontsize=8)
        axis.tick_params(labelsize=8)
        axis.legend(fontsize=8, loc="upper right", ncol=3)
    axes[-1, 0].set_xlabel("frame", fontsize=8)
    figure.tight_layout()
    figure.savefig(sys.argv[2], dpi=90)


if __name__ == "__main__":
    main()
