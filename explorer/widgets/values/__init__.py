"""What flows through a model. May import models, files and what lies beside this folder."""
