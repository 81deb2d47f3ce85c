// Draws a chart without a browser: the server calls `tanlu.draw` in a small JavaScript engine.
import { echarts, grounded } from "./charts/engine";
import { wide } from "./charts/letters";

echarts.setPlatformAPI({ measureText: (text, font) => ({ width: wide(text, font ?? "") }) });

interface Painter {
  renderToString(how: { cssAnimation: boolean; cssEmphasis: boolean; useViewBox: boolean }): string;
}

export function draw(options: string, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ ...grounded(JSON.parse(options)), animation: false, tooltip: { show: false } });
    // a picture has no pointer: no rules for one, and so no style of its own in a page
    const painter = chart.getZr().painter as unknown as Painter;
    const how = { cssAnimation: false, cssEmphasis: false, useViewBox: true };
    // a rope of strings is none for the engine; joining makes it one
    return [painter.renderToString(how)].join("");
  } finally {
    chart.dispose();
  }
}
