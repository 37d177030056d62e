"""Small tables, such as people have."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

NAMES = ["sepal length", "sepal width", "petal length", "petal width"]
SPECIES = np.array(["setosa", "versicolor", "virginica"])


def flowers(n: int = 60) -> pd.DataFrame:
    """Return a table of iris' shape: four columns of numbers, and a species that they tell."""
    rng = np.random.default_rng(0)
    kinds = np.arange(n) % 3
    numbers = rng.normal([5.0, 3.0, 2.0, 0.2], 0.3, (n, 4)) + kinds[:, np.newaxis]
    frame = pd.DataFrame(numbers.round(2), columns=NAMES)
    return frame.assign(species=SPECIES[kinds])


def passengers(n: int = 80) -> pd.DataFrame:
    """Return a table with gaps, texts, numbers, and names that tell single rows."""
    rng = np.random.default_rng(1)
    sex = rng.choice(["female", "male"], n)
    return pd.DataFrame(
        {
            "Survived": np.where(rng.random(n) < 0.1, sex == "male", sex == "female").astype(int),
            "Name": [f"Passenger {number}" for number in range(n)],
            "Sex": sex,
            "Age": np.where(rng.random(n) < 0.2, np.nan, rng.integers(1, 80, n)),
            "Embarked": np.where(rng.random(n) < 0.1, None, rng.choice(["C", "Q", "S"], n)),
        }
    )


def houses(n: int = 80) -> pd.DataFrame:
    """Return a table with a price in hundreds of thousands."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"area": rng.uniform(30, 200, n).round(1), "rooms": rng.integers(1, 7, n)})
    price = 2500.0 * frame.area + 10_000 * frame.rooms + rng.normal(0, 1000, n)
    return frame.assign(price=price.round(2))


def write(frame: pd.DataFrame, file: Path) -> Path:
    """Write a table as the name of the file says."""
    match "".join(file.suffixes):
        case ".parquet":
            frame.to_parquet(file)
        case ".xlsx":
            frame.to_excel(file, index=False)
        case ".jsonl":
            frame.to_json(file, orient="records", lines=True)
        case ".json":
            frame.to_json(file, orient="records")
        case ".tsv":
            frame.to_csv(file, index=False, sep="\t")
        case _:
            frame.to_csv(file, index=False)
    return file
