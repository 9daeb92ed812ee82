"""What runs in worker processes: heavy work, and the reading of what strangers give.

Imports `resnet` alone. What is given and found are values that pickle.
"""
