// Lets people choose the square of a picture before it is sent: <input type="file" data-crop="384" data-module="…/crop.js">.
// Drag or arrow keys move, the slider zooms. What is sent is the square; without JavaScript the server takes the middle.

const words = JSON.parse(document.getElementById("words").textContent);

/** What can be drawn and cropped; anything else goes to the server as it is, which says what is wrong with it. */
const DRAWABLE = new Set(["image/jpeg", "image/png", "image/webp", "image/gif"]);
const STEP = 8;

class Crop {
  constructor(input) {
    this.input = input;
    this.size = Number(input.dataset.crop);
    this.canvas = Object.assign(document.createElement("canvas"), { width: this.size, height: this.size, tabIndex: 0 });
    this.canvas.className = "crop__view";
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", words.cropView);
    this.zoom = Object.assign(document.createElement("input"), { type: "range", min: "1", max: "4", step: "0.05" });
    this.zoom.setAttribute("aria-label", words.cropZoom);
    this.box = Object.assign(document.createElement("div"), { className: "crop", hidden: true });
    this.box.append(this.canvas, this.zoom);
    input.after(this.box);
    input.addEventListener("change", () => this.open());
    input.form.addEventListener("formdata", (event) => this.fill(event.formData));
    this.zoom.addEventListener("input", () => this.draw());
    this.canvas.addEventListener("pointerdown", (event) => this.canvas.setPointerCapture(event.pointerId));
    this.canvas.addEventListener("pointermove", (event) => event.buttons && this.drag(event));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  async open() {
    this.square = null;
    const [file] = this.input.files;
    this.box.hidden = true;
    if (!file || !DRAWABLE.has(file.type)) return;
    try {
      this.picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    } catch {
      return; // the server says what is wrong with it
    }
    this.name = file.name;
    this.zoom.value = "1";
    this.x = this.picture.width / 2;
    this.y = this.picture.height / 2;
    this.box.hidden = false;
    this.draw();
  }

  /** Length of the square in pixels of the picture. */
  get side() {
    return Math.min(this.picture.width, this.picture.height) / Number(this.zoom.value);
  }

  draw() {
    const half = this.side / 2;
    this.x = Math.min(Math.max(this.x, half), this.picture.width - half);
    this.y = Math.min(Math.max(this.y, half), this.picture.height - half);
    const context = this.canvas.getContext("2d");
    context.clearRect(0, 0, this.size, this.size);
    context.imageSmoothingQuality = "high";
    context.drawImage(
      this.picture, this.x - half, this.y - half, this.side, this.side, 0, 0, this.size, this.size,
    );
    this.canvas.toBlob((blob) => {
      this.square = blob;
    }, "image/png");
  }

  drag(event) {
    const scale = this.side / this.canvas.clientWidth;
    this.x -= event.movementX * scale;
    this.y -= event.movementY * scale;
    this.draw();
  }

  key(event) {
    const moves = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] };
    const move = moves[event.key];
    if (!move) return;
    event.preventDefault();
    const scale = this.side / this.size;
    this.x += move[0] * scale;
    this.y += move[1] * scale;
    this.draw();
  }

  fill(data) {
    if (!this.square || this.box.hidden) return;
    data.set(this.input.name, this.square, this.name.replace(/\.[^.]*$/, "") + ".png");
  }
}

export function enhance(input) {
  new Crop(input);
}
