"""Records runs with MLflow.

MLflow takes two to three seconds to import. It is imported by a process of its own, the
recorder, while the training goes on in the first one; if the first one dies, even by a kill,
the recorder sees its input end and closes the run.
"""
