"""Make the checkout importable in its environment and give it the command `synapse`."""

import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

Path(sysconfig.get_paths()["purelib"], "synapse-checkout.pth").write_text(f"{ROOT}\n")
command = Path(sys.executable).parent / "synapse"
command.write_text(f"#!{sys.executable}\nfrom synapse.cli import main\n\nmain()\n")
command.chmod(0o755)
