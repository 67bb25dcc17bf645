"""Train for so many minutes; the learning rate ends its cosine with the last one, however busy the machine is.

    python -m demo.speech_model.training.train --shards shards --tokenizer tokenizer.json --out net.pt \\
        --minutes 60 --rate 1.5e-3
"""

import argparse
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own idiom

from demo.speech_model.training.network import SpeechNetwork, load_weights
from demo.speech_model.training.windows import IGNORED, Batch, Windows

WARM_UP_STEPS = 200
SECONDS_BETWEEN_REPORTS = 60
SECONDS_BETWEEN_CHECKPOINTS = 300


@dataclass
class Clock:
    """How far the training is, by the wall clock.

    Attributes:
        ends_at: Unix time.
    """

    started_at: float
    ends_at: float

    def progress(self) -> float:
        """0 at the start, 1 at the end."""
        return min(1.0, (time.time() - self.started_at) / (self.ends_at - self.started_at))


def learning_rate(peak: float, step: int, progress: float) -> float:
    """Rise for ``WARM_UP_STEPS``, then fall by a cosine to 1 % of the peak."""
    cosine = 0.5 * (1 + math.cos(math.pi * progress))
    return peak * min(1.0, (step + 1) / WARM_UP_STEPS) * (0.99 * cosine + 0.01)


def losses(network: SpeechNetwork, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the tokens, and CTC loss of the letters where the whole window is written."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, letters = network(batch.features, batch.tokens)
    token_loss = F.cross_entropy(
        logits.float().flatten(0, 1), batch.labels.flatten(), ignore_index=IGNORED, label_smoothing=0.05
    )
    rows = [row for row, wanted in enumerate(batch.letters) if wanted]
    if not rows:
        return token_loss, torch.zeros(())
    probabilities = letters.float()[rows].log_softmax(-1).transpose(0, 1)
    letter_loss = F.ctc_loss(
        probabilities,
        torch.tensor([letter for row in rows for letter in batch.letters[row]]),
        torch.tensor([min(letters.shape[1], (batch.frames[row] + 1) // 2) for row in rows]),
        torch.tensor([len(batch.letters[row]) for row in rows]),
        zero_infinity=True,
    )
    return token_loss, letter_loss


@torch.no_grad()
def token_accuracy(network: SpeechNetwork, windows: Windows) -> float:
    """Share of the next tokens that are right on held-out windows, given the right ones before."""
    network.eval()
    right = asked = 0
    rng = random.Random(0)
    for start in range(0, min(160, len(windows.items)), 16):
        batch = windows.batch(list(range(start, start + 16)), rng, is_full=False, timestamps=0.0)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits, _ = network(batch.features, batch.tokens)
        known = batch.labels != IGNORED
        right += int(((logits.argmax(-1) == batch.labels) & known).sum())
        asked += int(known.sum())
    network.train()
    return right / max(1, asked)


def train(
    network: SpeechNetwork,
    windows: Windows,
    held_out: Windows,
    clock: Clock,
    out: Path,
    options: argparse.Namespace,
) -> None:
    """Take steps until the clock runs out; save to ``out`` now and then and at the end."""
    rng = random.Random(int(clock.started_at))
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    order: list[list[int]] = []
    step, reported_at, saved_at = 0, time.time(), time.time()
    smooth: tuple[float, float] | None = None
    network.train()
    while (progress := clock.progress()) < 1:
        rate = learning_rate(options.rate, step, progress)
        for group in optimizer.param_groups:
            group["lr"] = rate
        if not order:
            print("windows", windows.look(), flush=True)
            order = windows.order(rng)
        is_full = progress >= options.full_from and rng.random() < options.full_share
        numbers = order.pop()
        batch = windows.batch(numbers[:8] if is_full else numbers, rng, is_full=is_full)
        token_loss, letter_loss = losses(network, batch)
        loss = token_loss + (options.letters if progress < 0.6 else min(0.2, options.letters)) * letter_loss
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        old = smooth or (token_loss.item(), letter_loss.item())
        smooth = (0.97 * old[0] + 0.03 * token_loss.item(), 0.97 * old[1] + 0.03 * letter_loss.item())
        if time.time() - reported_at > SECONDS_BETWEEN_REPORTS:
            reported_at = time.time()
            print(
                f"{progress:.0%} step {step} rate {rate:.5f} tokens {smooth[0]:.3f} letters {smooth[1]:.3f}",
                flush=True,
            )
        if time.time() - saved_at > SECONDS_BETWEEN_CHECKPOINTS:
            print(f"  held-out token accuracy {token_accuracy(network, held_out):.4f}", flush=True)
            torch.save(network.state_dict(), out)
            saved_at = time.time()
    torch.save(network.state_dict(), out)
    print("done after", step, "steps", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--pattern", default="train-*", help="which shards")
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="weights to begin with")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="peak of the learning rate")
    parser.add_argument("--letters", type=float, default=0.5, help="weight of the CTC loss")
    parser.add_argument("--full-from", type=float, default=0.0, help="progress from which windows are padded")
    parser.add_argument("--full-share", type=float, default=0.35, help="share of steps padded to 30 s")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    windows = Windows(options.shards, options.pattern, tokenizer, is_masked=True)
    held_out = Windows(options.shards, "test-*", tokenizer, is_masked=False)
    windows.look()
    held_out.look()
    network = SpeechNetwork(tokenizer.get_vocab_size(), windows.ids.end, windows.ids.start)
    if options.init:
        load_weights(network, options.init)
    now = time.time()
    train(network, windows, held_out, Clock(now, now + 60 * options.minutes), options.out, options)


if __name__ == "__main__":
    main()
