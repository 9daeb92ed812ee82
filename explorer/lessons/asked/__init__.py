"""What a lesson asks: an expectation before it shows, and exercises after.

May import what lessons may, and of them links and the quiz.
"""
