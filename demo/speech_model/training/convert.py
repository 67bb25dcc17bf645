"""Write a checkpoint in the format that faster-whisper loads.

python -m demo.speech_model.training.convert --weights net.pt --tokenizer tokenizer.json --out model
"""

import argparse
import json
from pathlib import Path

from ctranslate2.converters.transformers import WhisperLoader
from tokenizers import Tokenizer

from demo.speech_model.training.network import DECODER_LAYERS, HEADS, SpeechNetwork, load_weights
from demo.speech_model.training.tokens import FILLER, LANGUAGES, ids_of

FEATURES = {
    "chunk_length": 30,
    "feature_size": 80,
    "hop_length": 160,
    "n_fft": 400,
    "sampling_rate": 16_000,
    "own_length_seconds": 10,  # for Synapse: windows up to this long need no padding to 30 s
    "voice_threshold": 0.1,  # for Synapse: the voice detector is unsure about synthetic voices
}


def convert(weights: Path, tokenizer: Tokenizer, out: Path, quantization: str) -> None:
    """Write ``model.bin``, ``config.json``, ``vocabulary.json``, tokenizer and feature settings to ``out``.

    ``<|endoftext|>`` may come first, unlike in OpenAI's models: this one answers silence with nothing.
    """
    ids = ids_of(tokenizer)
    network = SpeechNetwork(tokenizer.get_vocab_size(), ids.end, ids.start)
    load_weights(network, weights)
    spec = WhisperLoader().get_model_spec(network.m.eval().float())
    vocabulary = [tokenizer.id_to_token(number) for number in range(tokenizer.get_vocab_size())]
    vocabulary[vocabulary.index(FILLER)] = ""
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [ids.blank]
    spec.config.lang_ids = [tokenizer.token_to_id(f"<|{code}|>") for code in LANGUAGES]
    spec.config.alignment_heads = [[DECODER_LAYERS - 1, head] for head in range(HEADS)]
    spec.validate()
    spec.optimize(quantization=quantization)
    out.mkdir(parents=True, exist_ok=True)
    spec.save(str(out))
    tokenizer.save(str(out / "tokenizer.json"), pretty=False)
    (out / "preprocessor_config.json").write_text(json.dumps(FEATURES, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--tokenizer", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--quantization", default="int8")
    options = parser.parse_args()
    convert(options.weights, Tokenizer.from_file(str(options.tokenizer)), options.out, options.quantization)
    for file in sorted(options.out.iterdir()):
        print(file.name, f"{file.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
