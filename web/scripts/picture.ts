// Draws a chart without a browser: the server calls `tanlu.draw` in a small JavaScript engine.
import { echarts } from "./charts/engine";

export function draw(options: string, width: number, height: number): string {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  try {
    chart.setOption({ ...JSON.parse(options), animation: false });
    // a rope of strings is none for the engine; joining makes it one
    return [chart.renderToSVGString()].join("");
  } finally {
    chart.dispose();
  }
}
