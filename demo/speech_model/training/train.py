"""Train for so many minutes; the learning rate ends its cosine with the last, however busy the machine is.

    python -m demo.speech_model.training.train --shards shards --tokenizer tokenizer.json --out net.pt \\
        --minutes 60 --rate 1.5e-3
"""

import argparse
import math
import random
import time
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own idiom

from demo.speech_model.training.network import SpeechNetwork, load_weights
from demo.speech_model.training.windows import IGNORED, Batch, Windows

WARM_UP_STEPS = 100
MOST_PADDED = 3
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


@cache
def has_fast_bfloat16() -> bool:
    """Measure whether bfloat16 pays: 4 × faster where the processor knows it, 30 × slower where not."""
    seconds = []
    for kind in (torch.float32, torch.bfloat16):
        left, right = torch.ones(2_000, 192, dtype=kind), torch.ones(192, 768, dtype=kind)
        left @ right
        started_at = time.perf_counter()
        left @ right
        seconds.append(time.perf_counter() - started_at)
    return seconds[1] < seconds[0]


def losses(network: SpeechNetwork, batch: Batch) -> tuple[Tensor, Tensor]:
    """Cross-entropy of the tokens, and CTC loss of the letters where the whole window is written."""
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_fast_bfloat16()):
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
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_fast_bfloat16()):
            logits, _ = network(batch.features, batch.tokens)
        known = batch.labels != IGNORED
        right += int(((logits.argmax(-1) == batch.labels) & known).sum())
        asked += int(known.sum())
    network.train()
    return right / max(1, asked)


class Dealer:
    """Deals batches of one kind of windows, every window once before any comes again."""

    def __init__(self, windows: Windows, rng: random.Random) -> None:
        self.windows = windows
        self._rng = rng
        self._order: list[list[int]] = []

    def deal(self) -> list[int]:
        """Numbers of the next batch's windows; new shards are taken in when a round is over."""
        if not self._order:
            print("windows", self.windows.look(), flush=True)
            self._order = self.windows.order(self._rng)
        return self._order.pop()


def train(
    network: SpeechNetwork, short: Windows, long: Windows, held_out: Windows, options: argparse.Namespace
) -> None:
    """Take steps until the clock runs out; save to ``options.out`` now and then and at the end."""
    clock = Clock(time.time(), time.time() + 60 * options.minutes)
    rng = random.Random(int(clock.started_at))
    optimizer = torch.optim.AdamW(
        network.parameters(), lr=options.rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True
    )
    short_dealer, long_dealer = Dealer(short, rng), Dealer(long, rng)
    step, reported_at, saved_at = 0, time.time(), time.time()
    smooth: tuple[float, float] | None = None
    network.train()
    while (progress := clock.progress()) < 1:
        rate = learning_rate(options.rate, step, progress)
        for group in optimizer.param_groups:
            group["lr"] = rate
        is_long = progress >= options.long_from and rng.random() < options.long_share
        dealer = long_dealer if is_long else short_dealer
        is_full = is_long or rng.random() < options.full_share
        numbers = dealer.deal()
        batch = dealer.windows.batch(numbers[:MOST_PADDED] if is_full else numbers, rng, is_full=is_full)
        token_loss, letter_loss = losses(network, batch)
        loss = token_loss + options.letters * letter_loss
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        step += 1
        old = smooth or (token_loss.item(), letter_loss.item())
        smooth = (0.97 * old[0] + 0.03 * token_loss.item(), 0.97 * old[1] + 0.03 * letter_loss.item())
        if time.time() - reported_at > SECONDS_BETWEEN_REPORTS:
            reported_at = time.time()
            losses_now = f"tokens {smooth[0]:.3f} letters {smooth[1]:.3f}"
            print(f"{progress:.0%} step {step} rate {rate:.5f} {losses_now}", flush=True)
        if time.time() - saved_at > SECONDS_BETWEEN_CHECKPOINTS:
            print(f"  held-out token accuracy {token_accuracy(network, held_out):.4f}", flush=True)
            torch.save(network.state_dict(), options.out)
            saved_at = time.time()
    torch.save(network.state_dict(), options.out)
    print("done after", step, "steps", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shards", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--init", type=Path, help="weights to begin with")
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="peak of the learning rate")
    parser.add_argument("--letters", type=float, default=0.5, help="weight of the CTC loss")
    parser.add_argument("--full-share", type=float, default=0.1, help="share of short windows padded to 30 s")
    parser.add_argument("--long-from", type=float, default=0.5, help="progress from which 30 s windows come")
    parser.add_argument("--long-share", type=float, default=0.5, help="share of their steps from then on")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    tokenizer = Tokenizer.from_file(str(options.tokenizer))
    short = Windows(options.shards, "train-10s-*", tokenizer)
    long = Windows(options.shards, "train-30s-*", tokenizer)
    held_out = Windows(options.shards, "test-10s-*", tokenizer)
    held_out.look()
    network = SpeechNetwork(tokenizer.get_vocab_size(), short.ids.end, short.ids.start)
    if options.init:
        load_weights(network, options.init)
    train(network, short, long, held_out, options)


if __name__ == "__main__":
    main()
