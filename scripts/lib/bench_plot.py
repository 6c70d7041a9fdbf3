"""The plot of scripts/bench: CPU of a second over the number of rooms, beside the floor. PNG by cairo."""
import cairo

WIDTH, HEIGHT = 900, 560
LEFT, RIGHT, TOP, BOTTOM = 80, 30, 50, 60
COLOURS = {"relay": (0.8, 0.2, 0.1), "floor, receivers that are read": (0.1, 0.3, 0.7),
           "floor, receivers that drop": (0.4, 0.6, 0.9), "Janus": (0.3, 0.3, 0.3)}


def top_of(value):
    top, steps = 1, (2, 2.5, 2)
    for i in range(60):
        if top >= value:
            break
        top *= steps[i % 3]
    return top


def draw_axes(context, x_top, y_top, title):
    context.set_source_rgb(1, 1, 1)
    context.paint()
    context.select_font_face("sans-serif")
    context.set_font_size(13)
    context.set_line_width(1)
    context.set_source_rgb(0, 0, 0)
    context.move_to(LEFT, 24)
    context.show_text(title)
    context.move_to(WIDTH / 2 - 40, HEIGHT - 14)
    context.show_text("rooms that watch")
    for i in range(6):
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * i / 5
        x = LEFT + (WIDTH - LEFT - RIGHT) * i / 5
        context.set_source_rgb(0.3, 0.3, 0.3)
        context.move_to(14, y + 4)
        context.show_text(f"{y_top * i / 5:g} %")
        context.move_to(x - 10, HEIGHT - BOTTOM + 20)
        context.show_text(f"{x_top * i / 5:g}")
        context.set_source_rgb(0.87, 0.87, 0.87)
        context.move_to(LEFT, y)
        context.line_to(WIDTH - RIGHT, y)
        context.stroke()


def draw(series, title, path):
    """series: {name: [(rooms, percent of a core)]}; a name without points is left out."""
    points = [p for line in series.values() for p in line]
    x_top, y_top = top_of(max(x for x, _ in points)), top_of(max(y for _, y in points))
    surface = cairo.ImageSurface(cairo.FORMAT_RGB24, WIDTH, HEIGHT)
    context = cairo.Context(surface)
    draw_axes(context, x_top, y_top, title)
    for number, (name, line) in enumerate((n, sorted(s)) for n, s in series.items() if s):
        context.set_source_rgb(*COLOURS.get(name, (0.5, 0, 0.5)))
        context.set_line_width(2)
        context.new_path()
        at = [(LEFT + (WIDTH - LEFT - RIGHT) * x / x_top, HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * y / y_top)
              for x, y in line]
        for x, y in at:
            context.line_to(x, y)
        context.stroke()
        for x, y in at:
            context.arc(x, y, 3, 0, 6.3)
            context.fill()
        context.move_to(LEFT + 20, TOP + 18 * (number + 1))
        context.show_text(name)
    surface.write_to_png(str(path))
