"""Records runs with MLflow.

A run writes a journal in its folder (`journal`, `tracking`), and a sweep another one (`sweeps`). A
process of its own, the recorder (`process` starts it, `recorder` is it), carries journals to MLflow
(`carrier`, which reads with `news` and writes with `writing`), so that the training waits neither
for MLflow's import, which takes two to three seconds, nor for any server. What no recorder
carried, ``bpframe sync`` does (`syncing`).
"""
