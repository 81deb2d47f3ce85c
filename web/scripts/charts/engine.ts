// ECharts with only what our charts use; the browser and the server draw with this one bundle.
import { BarChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, GeoComponent, GraphicComponent, GridComponent, LegendComponent,
  MarkAreaComponent, TitleComponent, TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart,
  AriaComponent, GeoComponent, GraphicComponent, GridComponent, LegendComponent,
  MarkAreaComponent, TitleComponent, TooltipComponent,
  LabelLayout, SVGRenderer,
]);

// a canvas without borders: an empty map whose coordinates are those of our own projection
const EDGE = 20;
echarts.registerMap("blank", {
  geoJSON: {
    type: "FeatureCollection",
    features: [{
      type: "Feature", properties: { name: "" },
      geometry: {
        type: "Polygon",
        coordinates: [[[-EDGE, -EDGE], [EDGE, -EDGE], [EDGE, EDGE], [-EDGE, EDGE], [-EDGE, -EDGE]]],
      },
    }],
  } as never,
  specialAreas: {},
});

interface Ground { map?: string; areas?: Record<string, number[][]> }
interface Drawn { geo?: Ground; series?: { polyline?: boolean; data?: { coords: number[][] }[] }[] }

// regions of a map that an operator supplied: polygons are numbers of its lines, which come once
export function grounded<T>(given: T): T {
  const { geo, series } = given as Drawn;
  if (!geo?.areas) return given;
  const lines = series?.find((each) => each.polyline)?.data ?? [];
  const features = Object.entries(geo.areas).map(([name, polygons]) => ({
    type: "Feature", properties: { name }, geometry: {
      type: "MultiPolygon", coordinates: polygons.map((rings) => rings.map((at) => lines[at]?.coords ?? [])),
    },
  }));
  echarts.registerMap("own", { geoJSON: { type: "FeatureCollection", features } as never, specialAreas: {} });
  delete geo.areas;
  return given;
}

export { echarts };
