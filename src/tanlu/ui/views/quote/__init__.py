"""报价页面 A signed quote explained, the frame for shops, and the developer's page of the widget."""
