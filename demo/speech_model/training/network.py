"""The network: Whisper's architecture made small, with a character CTC head that helps it to align."""

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - torch's own idiom
from transformers import WhisperConfig, WhisperForConditionalGeneration

WIDTH = 192
ENCODER_LAYERS = 4
DECODER_LAYERS = 3
HEADS = 3
FRAMES = 3_000
TEXT_POSITIONS = 448
"""faster-whisper decodes up to this many tokens whatever the model says: each needs a position."""
LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя "


class SpeechNetwork(nn.Module):
    """Whisper with ``WIDTH`` dimensions, and letters from the encoder for the CTC loss."""

    def __init__(self, vocabulary_size: int, end: int, start: int) -> None:
        super().__init__()
        self.m = WhisperForConditionalGeneration(
            WhisperConfig(
                vocab_size=vocabulary_size,
                num_mel_bins=80,
                d_model=WIDTH,
                encoder_layers=ENCODER_LAYERS,
                decoder_layers=DECODER_LAYERS,
                encoder_attention_heads=HEADS,
                decoder_attention_heads=HEADS,
                encoder_ffn_dim=4 * WIDTH,
                decoder_ffn_dim=4 * WIDTH,
                max_source_positions=FRAMES // 2,
                max_target_positions=TEXT_POSITIONS,
                dropout=0.0,
                attention_dropout=0.0,
                bos_token_id=end,
                eos_token_id=end,
                pad_token_id=end,
                decoder_start_token_id=start,
                suppress_tokens=[],
                begin_suppress_tokens=[],
                attn_implementation="sdpa",
            )
        )
        self.ctc = nn.Linear(WIDTH, len(LETTERS) + 1)

    def encode(self, features: Tensor) -> Tensor:
        """Run the encoder on windows of any even length (transformers' own insists on 3,000 frames).

        Args:
            features: batch × 80 × frames.

        Returns:
            batch × frames / 2 × WIDTH.
        """
        encoder = self.m.model.encoder
        hidden = F.gelu(encoder.conv1(features))
        hidden = F.gelu(encoder.conv2(hidden)).permute(0, 2, 1)
        hidden = hidden + encoder.embed_positions.weight[: hidden.shape[1]]
        for layer in encoder.layers:
            output = layer(hidden, None)
            hidden = output[0] if isinstance(output, tuple) else output
        return encoder.layer_norm(hidden)

    def forward(self, features: Tensor, tokens: Tensor) -> tuple[Tensor, Tensor]:
        """Predict the next tokens and the letters.

        Returns:
            batch × tokens × vocabulary, and batch × frames / 2 × letters.
        """
        encoded = self.encode(features)
        decoded = self.m.model.decoder(input_ids=tokens, encoder_hidden_states=encoded, use_cache=False)
        return self.m.proj_out(decoded.last_hidden_state), self.ctc(encoded)


def load_weights(network: SpeechNetwork, path: Path) -> None:
    """Take weights over from a checkpoint; text positions that it lacks keep the network's own."""
    weights = torch.load(path, map_location="cpu", weights_only=True)
    name = "m.model.decoder.embed_positions.weight"
    old, new = weights[name], network.state_dict()[name].clone()
    new[: len(old)] = old
    weights[name] = new
    network.load_state_dict(weights)
