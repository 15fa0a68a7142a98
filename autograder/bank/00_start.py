# %% answer="scale_pixels" name="true division"
def scale_pixels(image):
    return image / 255


# %% answer="scale_pixels" name="float32 first"
def scale_pixels(picture):
    scaled = picture.astype("float32")
    scaled /= 255
    return scaled


# %% answer="scale_pixels" name="lambda with a table of fractions"
table = np.arange(256) / 255.0
scale_pixels = lambda pixels: table[pixels.astype(int)]


# %% answer="scale_pixels" name="pixel by pixel"
def scale_pixels(image):
    scaled = np.zeros(image.shape)
    for place in np.ndindex(*image.shape):
        scaled[place] = float(image[place]) / 255
    return scaled


# %% answer="scale_pixels" name="callable object"
class Scaler:
    def __init__(self, largest):
        self.factor = 1 / largest

    def __call__(self, x):
        return np.multiply(x, self.factor, dtype=float)


scale_pixels = Scaler(255)


# %% answer="scale_pixels" name="whole-numbers" loses=["test_scale_pixels_values"] says="whole-numbers"
def scale_pixels(image):
    return image // 255


# %% answer="scale_pixels" name="cast-back-to-bytes" loses=["test_scale_pixels_values"] says="whole-numbers"
def scale_pixels(image):
    return (image / 255).astype(np.uint8)


# %% answer="scale_pixels" name="divided-by-256" loses=["test_scale_pixels_values"] says="divided-by-256"
def scale_pixels(image):
    return image / 256


# %% answer="scale_pixels" name="own-maximum" loses=["test_scale_pixels_values"] says="own-maximum"
def scale_pixels(image):
    return image / image.max()


# %% answer="scale_pixels" name="stretched" loses=["test_scale_pixels_values"] says="stretched"
def scale_pixels(image):
    image = image.astype(float)
    return (image - image.min()) / (image.max() - image.min())


# %% answer="scale_pixels" name="grey-only" loses=["test_scale_pixels_values"] says="grey-only"
def scale_pixels(image):
    height, width = image.shape
    return np.array([[image[h, w] / 255 for w in range(width)] for h in range(height)])


# %% answer="scale_pixels" name="nested-lists" loses=["test_scale_pixels_new_array"] says="wrong-container"
def scale_pixels(image):
    return [[pixel / 255 for pixel in row] for row in image]


# %% answer="scale_pixels" name="asarray-does-not-copy" loses=["test_scale_pixels_new_array"] says="input-modified"
def scale_pixels(image):
    scaled = np.asarray(image, dtype=float)
    scaled /= 255
    return scaled


# %% [markdown]
# On bytes, dividing in place is an error; on floats it changes the caller's image.


# %% answer="scale_pixels" name="in-place" loses=["test_scale_pixels_values", "test_scale_pixels_new_array"] says="divided-in-place"
def scale_pixels(image):
    image /= 255
    return image


# %% answer="scale_pixels" name="in-place-on-floats" loses=["test_scale_pixels_new_array"] says="input-modified"
def scale_pixels(image):
    if image.dtype != float:
        image = image.astype(float)
    image /= 255
    return image


# %% answer="scale_pixels" name="divided-into-the-image" loses=["test_scale_pixels_values", "test_scale_pixels_new_array"] says="divided-in-place"
def scale_pixels(image):
    return np.divide(image, 255, out=image)


# %% answer="scale_pixels" name="image-as-it-is" loses=["test_scale_pixels_values", "test_scale_pixels_new_array"] says="not-scaled"
def scale_pixels(image):
    return image


# %% answer="scale_pixels" name="zeros" loses=["test_scale_pixels_values", "test_scale_pixels_new_array"] says="whole-numbers"
def scale_pixels(image):
    return np.zeros(image.shape)


# %% answer="scale_pixels" name="prints-instead" loses=["test_scale_pixels_values", "test_scale_pixels_new_array"] says="returned-none"
def scale_pixels(image):
    print(image / 255)


# %% answer="scale_pixels" name="batch-axis-added" loses=["test_scale_pixels_new_array"] says="wrong-container"
def scale_pixels(image):
    return (np.asarray(image) / 255)[None]
