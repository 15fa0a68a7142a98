# ---
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
#   autograder: {cell_seconds: 20, call_seconds: 5, notebook_seconds: 120}
# ---

# %% [markdown]
# # Start here
#
# In this notebook we go the whole way once, with an exercise of one line. When you have finished, you will be able to
#
# - see whether your computer has everything that the course needs;
# - tell a *stub*, a *public check* and a *hidden check* apart, and read what a check says;
# - turn a picture's whole numbers from 0 to 255 into fractions from 0 to 1, as every network wants them;
# - validate a notebook and submit it.
#
# **Time:** 15 to 20 minutes. **What comes before:** Python, NumPy and an installed course (`START.md` says how).
# Nothing here counts towards your grade; it only shows you how grading feels.

# %% [markdown]
# ## 1. Is everything in place?
#
# Click into the next cell and press Shift+Enter to run it. Each line should begin with OK. Under a line that begins
# with FAIL stands what to do; then choose *Kernel → Restart Kernel* and run the cell again.

# %% tags=["illustration"]
from course import environment

environment.check()

# %% [markdown]
# ## 2. A picture is an array
#
# The next cell imports what this notebook needs. You will find such a cell near the top of every assignment; you can
# run it but not change it, because the checks rely on it.

# %%
import numpy as np

from course.figures import compare_images, show_images, use_course_style
from course.photos import load_photo

use_course_style()

# %% [markdown]
# Here is a small picture, made by hand: 6 rows and 16 columns, each column a little brighter than the one before. Such
# a picture is called a *grey wedge*. A file on disk stores each pixel as one byte, a whole number from 0 (black) to
# 255 (white); NumPy's name for this type is `uint8`.

# %% tags=["illustration", "check-output"]
wedge = np.tile(np.arange(0, 256, 17, dtype=np.uint8), (6, 1))

print("shape:", wedge.shape, " type:", wedge.dtype)
print("a row:", wedge[0])

# %% [markdown]
# Bytes are good for storing and bad for computing. What would you expect from making every pixel of the wedge brighter
# by 20? Decide, then run the cell, and look at the end of the row.

# %% tags=["illustration", "check-output"]
row = np.arange(0, 256, 17, dtype=np.uint8)

print(row + 20)

# %% [markdown]
# The two brightest pixels have become nearly black: a byte cannot hold more than 255, so it starts again from 0,
# without a warning. This is why almost every program in this course first turns bytes into fractions.

# %% [markdown]
# ## 3. The exercise: from bytes to fractions
#
# The next cell is a **stub**: it has a name, a signature and a docstring, and it raises `NotImplementedError` where
# your answer belongs.
#
# **Write `scale_pixels(image)`.** It takes an image with values from 0 to 255, grey (H, W) or in colour (H, W, 3), in
# bytes or already in floats. It returns a *new* array of floats of the same shape, in which 0 has become 0.0 and 255
# has become 1.0, with everything between in proportion. The image that it was given stays as it was.
#
# Put your line in place of the one with `raise`, and run the cell. Nothing is printed: you have only defined a
# function.


# %% nbgrader={"grade_id": "scale_pixels", "solution": true}
def scale_pixels(image):
    """Scale an image from 0..255 to 0..1.

    Parameters
    ----------
    image : numpy.ndarray
        Shape (H, W) or (H, W, C), integers or floats, values 0..255.

    Returns
    -------
    numpy.ndarray
        A new array of floats of the same shape, values 0..1.
    """
    ### BEGIN SOLUTION
    # True division of bytes gives a new array of floats; `//` and `/=` do not.
    return image / 255
    ### END SOLUTION


# %% [markdown]
# ## 4. The public checks
#
# Below every exercise stand its **public checks**. Run them as often as you like: they cost nothing. Each begins by
# finding out whether you have written something at all, then it calls your function and compares.
#
# - *not attempted yet*: a `raise` of the stub is still there (longer exercises have several blanks, each with its own),
#   or you have not run the cell since you changed it.
# - *✗*: your function answered, but wrongly. You can read what was called, what came back, what was wanted and the
#   likely cause. Start with the cause.
# - *✓ public checks passed*: good. When your work is graded, **hidden checks** call your function with other inputs,
#   so an answer that fits only the public ones earns nothing.

# %% The values nbgrader={"grade_id": "test_scale_pixels_values", "grade": true, "points": 1}
from course.checks import start as check

check.scale_pixels_values(scale_pixels)
### BEGIN HIDDEN TESTS
from autograder.checks import start as hidden

hidden.scale_pixels_values(scale_pixels)
### END HIDDEN TESTS

# %% [markdown]
# One exercise often has several checks, each worth its own points, so that a small slip costs little. This one does
# not care about the exact values; it asks that your function leaves the image alone and returns an array.

# %% A new array nbgrader={"grade_id": "test_scale_pixels_new_array", "grade": true, "points": 1}
from course.checks import start as check

check.scale_pixels_new_array(scale_pixels)
### BEGIN HIDDEN TESTS
from autograder.checks import start as hidden

hidden.scale_pixels_new_array(scale_pixels)
### END HIDDEN TESTS

# %% [markdown]
# ### Why not `//`, and why not `/=`?
#
# There is a single character between the right answer and two that are wrong. `image // 255` divides and rounds down:
# all but the white pixels become 0, and with them the picture is gone. `image /= 255` writes its result back into the
# array it was given. Floats would change under the caller's hands, who still needs the picture; and bytes cannot hold
# fractions, so that NumPy refuses with a `UFuncTypeError`. `image / 255` makes a new array of floats, whatever the
# image holds.

# %% [markdown]
# Now look at your result. The figure shows the wedge, the expected fractions, yours, and the difference of the two:
# orange where yours is too small, purple where it is too large, and nearly white where they agree. You will meet
# figures like this one in every assignment, and on your feedback page.
#
# *What you should see: three wedges that run alike from black to white, and an empty panel titled "difference: none".*

# %% tags=["illustration"]
wedge = np.tile(np.arange(0, 256, 17, dtype=np.uint8), (6, 1))
expected = np.tile(np.linspace(0.0, 1.0, 16), (6, 1))

compare_images(expected, scale_pixels(wedge), input=wedge, title="A grey wedge, scaled")

# %% [markdown]
# **Predict:** below, a photograph stands beside its scaled version, whose numbers are 255 times smaller. Will the
# second picture look darker, lighter or the same? Run the cell to find out.

# %% tags=["illustration"]
photo = load_photo("flower", size=(340, 600))

show_images([photo, scale_pixels(photo)], titles=["whole numbers, 0..255", "fractions, 0..1"])

# %% [markdown]
# Both look the same (an orange dahlia against a dark background): matplotlib takes whole numbers as 0..255 and
# fractions as 0..1. So a picture on the screen tells you little about the range of its numbers. When a network does
# not learn, print the smallest and the largest number that you feed it before you do anything else.

# %% [markdown]
# ## 5. An answer in words
#
# Each assignment also asks for a few sentences, which a person reads and grades. Double-click the cell below to write
# in it, and press Shift+Enter when you are done.
#
# **Question (2 points).** We divided by 255, whatever the picture. Somebody proposes to divide each picture by its own
# brightest value instead, so that it always reaches 1.0. Name one thing that is lost, and one picture for which it
# fails altogether. Two or three sentences are enough.

# %% [markdown] nbgrader={"grade_id": "explain_fixed_scale", "grade": true, "solution": true, "points": 2}
# ### BEGIN SOLUTION
# **Model answer.** With one divisor for all, the same brightness becomes the same number in every picture, so that
# pictures can be compared. With its own maximum as the divisor, a photo taken at dusk comes out as bright as one taken
# at noon, and a network can no longer tell them apart; one stray white pixel would also darken everything else. For an
# entirely black picture the brightest value is 0, and the division by zero gives NaN.
#
# **Rubric.**
#
# - 1 point: says that brightness stops being comparable between pictures (dark and bright ones look alike, or a single
#   bright pixel decides about all the others).
# - 1 point: names the all-black picture, or says that the divisor can be 0.
# ### END SOLUTION

# %% [markdown]
# ## 6. Validate, save, submit
#
# 1. **Start afresh.** Choose *Kernel → Restart Kernel and Run All Cells*. Notebooks remember names that you have long
#    since deleted; a fresh run shows whether yours works without them.
# 2. **Validate.** Press the *Validate* button above the notebook. It saves, runs a copy from top to bottom, and lists
#    the checks that did not pass and the answers in words that you have not written. You may submit all the same:
#    what works earns its points.
# 3. **Save** with Ctrl+S (⌘S on a Mac).
# 4. **Submit** `start.ipynb` the way your instructor told you: most often by uploading the file to the course's page.
#    Keep the file's name, and do not delete, copy or rename cells with checks.
#
# After grading you receive one page: your points, what each check found, and your pictures beside the expected
# ones. Of a hidden check it says in which situation your function went wrong and why, not with which numbers.

# %% [markdown]
# ## Stretch: the other direction
#
# For those who like to go on; nothing here is graded (in later notebooks, a stretch exercise may count, and then says
# so). A network's output lies between 0 and 1, more or less: some
# values fall a little below or above. Write `to_bytes(fractions)`, which gives the `uint8` picture back: clip to 0..1,
# scale, *round* and convert. Without rounding, `astype(np.uint8)` cuts the fraction off, and pictures get
# darker each time. How can you show that `to_bytes` undoes `scale_pixels` for each of the 256 values?

# %% tags=["illustration"]
# A place to experiment.
every_byte = np.arange(256, dtype=np.uint8)

# %% [markdown]
# ## Can you now…
#
# - say what to do about a line that begins with FAIL?
# - tell what a check means by *not attempted yet*, by ✗ and by ✓, and what hidden checks are for?
# - say why `image // 255` and `image /= 255` are not what we want?
# - validate a notebook, and submit it?
#
# Then you are ready for `01_convolution`.
