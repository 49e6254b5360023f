import sys

from ffbench.facefusion.hotswap.command import main

sys.exit(main())
