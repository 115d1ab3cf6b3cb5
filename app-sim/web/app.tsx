import { Frame } from "./parts/frame.tsx";
import { loadedWhenShown } from "./parts/loaded-when-shown.tsx";
import { AddLampSheet } from "./screens/add-lamp-sheet.tsx";
import { DayScreen } from "./screens/day.tsx";
import { DevicesScreen } from "./screens/devices.tsx";
import { HomeScreen } from "./screens/home.tsx";
import { LampSheet } from "./screens/lamp-sheet.tsx";
import { RuleSheet } from "./screens/rule-sheet.tsx";
import { SignInScreen } from "./screens/sign-in.tsx";
import { WhyScreen } from "./screens/why.tsx";
import { home } from "./store/home.ts";
import { connection } from "./store/live.ts";
import { newLamp, type Route, route } from "./store/route.ts";

const screens = {
  home: HomeScreen,
  day: DayScreen,
  devices: DevicesScreen,
  why: WhyScreen,
  // As much as all the others together, and seldom opened.
  privacy: loadedWhenShown(async () => (await import("./screens/privacy.tsx")).PrivacyScreen),
};

const sheetOf = ({ screen, sheet }: Route) => {
  if (screen === "day") return RuleSheet;
  return screen === "devices" && sheet === newLamp ? AddLampSheet : LampSheet;
};

export const App = () => {
  if (connection.value.kind === "signed-out") return <SignInScreen />;
  const { screen, sheet } = route.value;
  const Screen = screens[screen];
  const SheetOf = sheetOf(route.value);
  return (
    <Frame inspector={sheet && home.isLoaded.value ? <SheetOf id={sheet} /> : null}>
      <Screen />
    </Frame>
  );
};
