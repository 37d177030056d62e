"""Fashion-MNIST, pictures of clothes in the form of MNIST."""

from __future__ import annotations

from dataclasses import dataclass, field

from bpframe_data.images import Images


@dataclass(frozen=True)
class FashionMNIST(Images):
    """Fashion-MNIST: 70,000 pictures of clothes of 28×28 pixels, split as MNIST.

    See `Images` for the parameters. Debian's package dataset-fashion-mnist puts the files into
    /usr/share/datasets/fashion-mnist.

    Source: Xiao, Rasul and Vollgraf 2017.
    """

    name = "fashion_mnist"
    digests = (
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    )

    class_names = (
        "T-shirt/top",
        "trouser",
        "pullover",
        "dress",
        "coat",
        "sandal",
        "shirt",
        "sneaker",
        "bag",
        "ankle boot",
    )

    mirrors: list[str] = field(
        default_factory=lambda: [
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
            "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
        ]
    )
