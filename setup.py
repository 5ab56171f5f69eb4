"""What `pip install .` of this repository gives: the ready wheel of the same version.

The pre-commit framework installs a hook's repository in this way. Nothing is compiled; the program
itself is built for PyPI in packaging/pypi.
"""

from setuptools import setup

VERSION = "0.1.0"

setup(
    name="stanch-from-wheel",
    version=VERSION,
    install_requires=["stanch==" + VERSION],
    packages=[],
    py_modules=[],
)
