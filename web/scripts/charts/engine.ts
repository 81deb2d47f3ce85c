// ECharts with only what our charts use; the browser and the server draw with this one bundle.
import { BarChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent, GeoComponent, GridComponent, LegendComponent,
  MarkAreaComponent, TitleComponent, TooltipComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, HeatmapChart, LineChart, LinesChart, SankeyChart, ScatterChart,
  AriaComponent, GeoComponent, GridComponent, LegendComponent,
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

export { echarts };
